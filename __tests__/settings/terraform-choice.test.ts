import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/settings/inputs';
import { readSettings, type InfraSettings } from '../../src/settings/settings';
import { ManualClock } from '../support/clock';
import { fakeFiles } from '../support/files';
import { aContext, someInputs } from '../support/settings';

const SHIPPED = { Dockerfile: '', 'action/terraform/main.tf': '', 'action/manifests/namespace.yaml': '' };

function infraOf(given: RawInputs, contents: Readonly<Record<string, string>>): InfraSettings {
  const files = fakeFiles({ ...SHIPPED, ...contents });
  const around = { files, clock: new ManualClock(), actionFolder: 'action' };
  const result = readSettings(someInputs(given), aContext(), around);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  if (!result.settings.infra.run) throw new Error(result.settings.infra.reason);
  return result.settings.infra;
}

describe('the version of Terraform', () => {
  const MAIN = { 'terraform/main.tf': '' };
  const OLDER = 'the lock beside the state needs';

  test.each<[string, RawInputs, Record<string, string>, string, string | undefined]>([
    ['nothing', {}, MAIN, 'terraform', undefined],
    [
      'the input',
      { 'terraform-version': '1.12.0' },
      { ...MAIN, '.terraform-version': '1.13.0' },
      'terraform',
      '1.12.0',
    ],
    ['the input for OpenTofu', { 'terraform-version': 'tofu 1.10.6' }, MAIN, 'tofu', '1.10.6'],
    [
      'a file in the folder',
      {},
      { ...MAIN, 'terraform/.terraform-version': '1.12.1\n' },
      'terraform',
      '1.12.1',
    ],
    ['a file above it', {}, { ...MAIN, '.terraform-version': 'v1.12.2' }, 'terraform', '1.12.2'],
    [
      'the nearer of two files',
      {},
      { ...MAIN, '.terraform-version': '1.13.0', 'terraform/.terraform-version': '1.12.3' },
      'terraform',
      '1.12.3',
    ],
    ['a file of OpenTofu', {}, { ...MAIN, '.opentofu-version': '1.10.6' }, 'tofu', '1.10.6'],
    ['a file for the shipped set', {}, { '.terraform-version': '1.12.4' }, 'terraform', '1.12.4'],
  ])('is named by %s', (_, inputs, contents, product, version) => {
    expect(infraOf(inputs, contents).terraform).toEqual({ product, version, constraints: [] });
  });

  test('is limited by every required_version of the folder itself', () => {
    const contents = {
      'terraform/a.tf': 'terraform {\n  required_version = ">= 1.11"\n}\n# required_version = "0.1"',
      'terraform/b.tf': 'terraform { required_version="< 2" }',
      'terraform/modules/x/c.tf': 'terraform { required_version = "~> 1.20" }',
    };
    expect(infraOf({}, contents).terraform.constraints).toEqual(['>= 1.11', '< 2']);
  });

  test.each<[string, RawInputs, Record<string, string>, string]>([
    [
      'no version',
      { 'terraform-version': 'latest' },
      MAIN,
      'terraform-version is "latest", but must be a version',
    ],
    ['too old a version', { 'terraform-version': '1.5.7' }, MAIN, `is "1.5.7", but ${OLDER} 1.11.0 or newer`],
    ['too old an OpenTofu', { 'terraform-version': 'tofu 1.9.0' }, MAIN, `${OLDER} 1.10.0 or newer`],
    [
      'a file with no version',
      {},
      { ...MAIN, '.terraform-version': 'latest:^1.11' },
      ' by .terraform-version, but must',
    ],
    ['a file with too old a version', {}, { ...MAIN, 'terraform/.terraform-version': '1.9.8' }, OLDER],
  ])('%s is refused', (_, inputs, contents, expected) => {
    expect(() => infraOf(inputs, contents)).toThrow(expected);
  });
});
