import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RunContext } from '../../src/settings/event';
import type { RawInputs } from '../../src/settings/inputs';
import { readSettings, type InfraSettings } from '../../src/settings/settings';
import { ManualClock } from '../support/clock';
import { fakeFiles } from '../support/files';
import { aContext, aPullContext, LINODE_BACKEND, someInputs } from '../support/settings';

const SHIPPED = { Dockerfile: '', 'action/terraform/main.tf': '', 'action/manifests/namespace.yaml': '' };

const repositoryName = fc.stringMatching(/^[A-Za-z0-9._-]{1,100}$/);

function infraOf(
  given: RawInputs = {},
  contents: Readonly<Record<string, string>> = {},
  repository = 'acme/wpp-bot',
): InfraSettings {
  const around = {
    files: fakeFiles({ ...SHIPPED, ...contents }),
    clock: new ManualClock(),
    actionFolder: 'action',
  };
  // Image and namespace are given, since not every name of a repository gives one.
  const inputs = someInputs({ image: 'ghcr.io/acme/bot', namespace: 'ns', ...given });
  const result = readSettings(inputs, aContext({ repository }), around);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  if (!result.settings.infra.run) throw new Error(result.settings.infra.reason);
  return result.settings.infra;
}

const backend = (lines: string): Record<string, string> => ({
  'terraform/main.tf': `terraform {\n  backend "s3" {\n${lines}\n  }\n}`,
});

describe('the backend: what is given wins over what the configuration says, and that over what the action chooses', () => {
  const DEFAULTS = {
    bucket: 'wpp-bot-terraform-state',
    key: 'production/terraform.tfstate',
    region: 'us-east-1',
    use_lockfile: 'true',
    ...LINODE_BACKEND,
  };
  const OWN = backend('    bucket = "own"\n    region = "eu-central-1"');

  test.each<[string, Record<string, string>, string, object]>([
    ['nothing given', {}, '', DEFAULTS],
    ['an empty block', backend(''), '', DEFAULTS],
    ['its own settings', OWN, '', { ...DEFAULTS, bucket: 'own', region: 'eu-central-1' }],
    ['an input too', OWN, 'bucket=given', { ...DEFAULTS, bucket: 'given', region: 'eu-central-1' }],
    ['a lock by input', backend('    use_lockfile = false'), 'use_lockfile=true', DEFAULTS],
    ['what is no literal', backend('    bucket = var.bucket'), '', DEFAULTS],
    [
      'a block below the folder',
      { 'terraform/a.tf': '', 'terraform/modules/x/b.tf': OWN['terraform/main.tf'] ?? '' },
      '',
      DEFAULTS,
    ],
    [
      'a file that is no configuration',
      { 'terraform/a.tf': '', 'terraform/b.txt': OWN['terraform/main.tf'] ?? '' },
      '',
      DEFAULTS,
    ],
  ])('%s', (_, contents, given, expected) => {
    expect(infraOf({ 'backend-config': given }, contents).backend).toEqual(expected);
  });

  test('a configuration that takes no lock is refused', () => {
    expect(() => infraOf({}, backend('    use_lockfile = false'))).toThrow(
      /^backend-config or the configuration/,
    );
  });
});

describe('the label of the shipped cluster', () => {
  const labelOf = (repository: string, environment = 'production'): unknown =>
    infraOf({ environment }, {}, `acme/${repository}`).variables['label'];

  test.each([
    ['wpp-bot', 'production', 'wpp-bot'],
    ['wpp-bot', 'staging', 'wpp-bot-staging'],
    ['Wpp_Bot.js', 'production', 'wpp-bot-js'],
    ['2048', 'production', 'app-2048'],
    ['x', 'production', 'app-x'],
    ['___', 'staging', 'app-staging'],
  ])('%s in %s is %s', (repository, environment, label) => {
    expect(labelOf(repository, environment)).toBe(label);
  });

  test('differs from environment to environment, however long the name', () => {
    const labels = ['production', 'staging', 'development'].map((each) => labelOf('a'.repeat(60), each));
    expect(new Set(labels).size).toBe(3);
  });

  test('is one that the configuration takes, whatever the repository and environment', () => {
    const environment = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    fc.assert(
      fc.property(repositoryName, environment, (repository, where) => {
        const label = labelOf(repository, where);
        expect(label).toMatch(/^[a-z][a-z0-9-]{1,26}$/);
        expect(label).not.toMatch(/-$/);
      }),
    );
  });

  test('can be given, and is not set for another configuration', () => {
    expect(infraOf({ 'terraform-variables': 'label: mine' }).variables).toEqual({ label: 'mine' });
    expect(infraOf({}, { 'terraform/main.tf': '' }).variables).toEqual({});
  });
});

test('the bucket has a name that a store takes, whatever the repository', () => {
  fc.assert(
    fc.property(repositoryName, (name) => {
      expect(infraOf({}, {}, `acme/${name}`).backend['bucket']).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    }),
  );
});

describe('whether the plan must be the reviewed one', () => {
  const demandOf = (mode: string, context: RunContext): string => {
    const around = { files: fakeFiles(SHIPPED), clock: new ManualClock(), actionFolder: 'action' };
    const result = readSettings(someInputs({ 'plan-review': mode }), context, around);
    return result.ok && result.settings.infra.run ? result.settings.infra.review.demand : String(result.ok);
  };

  test.each([
    ['auto', 'push', 'shown'],
    ['auto', 'workflow_dispatch', 'none'],
    ['auto', 'release', 'none'],
    ['auto', 'repository_dispatch', 'none'],
    ['required', 'push', 'required'],
    ['required', 'workflow_dispatch', 'required'],
    ['never', 'push', 'none'],
    ['sometimes', 'push', 'false'],
  ])('%s on %s: %s', (mode, eventName, expected) => {
    expect(demandOf(mode, aContext({ eventName }))).toBe(expected);
  });

  test('a pull request is the place where it is shown', () => {
    const around = { files: fakeFiles(SHIPPED), clock: new ManualClock(), actionFolder: 'action' };
    const result = readSettings(someInputs({ environment: 'staging' }), aPullContext(), around);
    expect(result).toMatchObject({
      settings: { infra: { review: { environment: 'staging', branch: 'feature/x', pullRequest: 7 } } },
    });
  });
});

describe('the folder of the configuration', () => {
  test.each<[string, RawInputs, Record<string, string>, string, boolean]>([
    ['the set that ships with the action', {}, {}, 'action/terraform', true],
    ['the repository’s own', {}, { 'terraform/main.tf': '' }, 'terraform', false],
    ['one in JSON', {}, { 'terraform/main.tf.json': '{}' }, 'terraform', false],
    ['the one that is named', { 'terraform-directory': 'infra' }, { 'infra/a.tf': '' }, 'infra', false],
  ])('%s', (_, given, contents, directory, shipped) => {
    expect(infraOf(given, contents)).toMatchObject({ directory, shipped });
  });

  test.each<[string, RawInputs, Record<string, string>, string]>([
    ['is gone', { 'terraform-directory': 'infra' }, {}, 'is infra, which is no folder here'],
    [
      'lost its files',
      {},
      { 'terraform/.terraform.lock.hcl': '', 'terraform/modules/a/main.tf': '' },
      'is terraform, which has no .tf file of its own',
    ],
  ])('that %s is a fault, and not an empty configuration', (_, given, contents, problem) => {
    expect(() => infraOf(given, contents)).toThrow(problem);
  });
});

describe('local state', () => {
  const keyless = { 'state-access-key': '', 'state-secret-key': '' };
  const allowed = { 'allow-local-state': 'true', ...keyless };

  test.each([
    ['no backend', 'terraform {}'],
    ['the backend "local"', 'terraform {\n  backend "local" {}\n}'],
  ])('is allowed with %s, and then needs no store', (_, text) => {
    const infra = infraOf(allowed, { 'terraform/main.tf': text });
    expect(infra).toMatchObject({ localState: true, shipped: false, backend: {} });
  });

  test('is none where the configuration has a store, allowed or not', () => {
    expect(infraOf({ 'allow-local-state': 'true' }, backend(''))).toMatchObject({
      localState: false,
      backend: { bucket: 'wpp-bot-terraform-state' },
    });
    expect(() => infraOf(allowed, backend(''))).toThrow(/^state-access-key is missing/);
  });

  test('is not allowed by default', () => {
    expect(infraOf({}, { 'terraform/main.tf': 'terraform {}' })).toMatchObject({ localState: false });
    expect(() => infraOf(keyless, { 'terraform/main.tf': 'terraform {}' })).toThrow(
      /^state-access-key is missing/,
    );
  });

  test.each(['yes', 'True', '1'])('%s allows nothing', (word) => {
    expect(() => infraOf({ 'allow-local-state': word })).toThrow(/^allow-local-state is .*true, false$/);
  });
});
