import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { requiredVersions } from '../../src/infra/configuration';
import {
  isWanted,
  readWanted,
  tooOld,
  versionToInstall,
  type WantedTerraform,
} from '../../src/infra/terraform-version';
import { textAt } from '../../src/json';

const wanted = (...constraints: readonly string[]): WantedTerraform => ({
  product: 'terraform',
  version: undefined,
  constraints,
});

describe('what is asked for', () => {
  test.each([
    ['1.11.4', 'terraform', '1.11.4'],
    ['terraform 1.12.0', 'terraform', '1.12.0'],
    ['tofu 1.10.6', 'tofu', '1.10.6'],
    ['tofu', 'tofu', undefined],
    ['1.12.0-beta1', 'terraform', '1.12.0-beta1'],
  ])('%s', (text, product, version) => expect(readWanted(text)).toEqual({ product, version }));

  test.each([
    '1.11',
    'latest',
    '~> 1.11',
    'v1.11.4',
    'tofu latest',
    'tofu 1.10.6 x',
    'pulumi 1.0.0',
    '1.11.4 1',
  ])('%s is no version', (text) => expect(readWanted(text)).toBeUndefined());

  test.each([
    ['terraform', '1.10.5', '1.11.0'],
    ['terraform', '1.11.0', undefined],
    ['tofu', '1.9.4', '1.10.0'],
    ['tofu', '1.10.0', undefined],
    ['tofu', undefined, undefined],
  ] as const)('%s %s: the oldest is %s', (product, version, oldest) =>
    expect(tooOld({ product, version })).toBe(oldest),
  );
});

describe('required_version', () => {
  test.each([
    ['1.11.4', '>= 1.11', true],
    ['1.11.4', '>= 1.11, < 1.12', true],
    ['1.12.0', '>= 1.11, < 1.12', false],
    ['1.11.4', '~> 1.11', true],
    ['1.20.0', '~> 1.11', true],
    ['2.0.0', '~> 1.11', false],
    ['1.11.9', '~> 1.11.4', true],
    ['1.11.3', '~> 1.11.4', false],
    ['1.12.0', '~> 1.11.4', false],
    ['1.11.4', '1.11.4', true],
    ['1.11.4', '= 1.11.4', true],
    ['1.11.5', '=1.11.4', false],
    ['1.11.4', '!= 1.11.4', false],
    ['1.11.5', '!=1.11.4', true],
    ['1.11.4', '> 1.11.4', false],
    ['1.11.4', '<= 1.11.4', true],
    ['1.100.0', '> 1.20', true],
    ['1.11.4', '>= v1.11.0', true],
    ['1.11.4', 'whatever >= 9', true],
    ['1.11.4', '', true],
    ['1.10.9', '>= 1.0', false],
    ['1.12.0-beta1', '>= 1.11', false],
  ])('%s by "%s": %s', (version, constraint, expected) =>
    expect(isWanted(version, wanted(constraint))).toBe(expected),
  );

  test('all of several must hold', () => {
    expect(isWanted('1.12.0', wanted('>= 1.11', '< 1.12'))).toBe(false);
    expect(isWanted('1.11.9', wanted('>= 1.11', '< 1.12'))).toBe(true);
  });

  test('OpenTofu has releases of its own', () => {
    expect(isWanted('1.10.0', { ...wanted('>= 1.6'), product: 'tofu' })).toBe(true);
  });

  test('says nothing where one version is wanted', () => {
    expect(isWanted('1.13.0-rc1', { ...wanted('< 1'), version: '1.13.0-rc1' })).toBe(true);
  });
});

describe.each(['terraform/versions.tf', 'terraform/bootstrap/versions.tf'])('%s', (file) => {
  const constraints = requiredVersions([readFileSync(file, 'utf8')]);
  const example = load(readFileSync('examples/opentofu.yml', 'utf8'));
  const choice = readWanted(textAt(example, 'jobs', 'deploy', 'with', 'terraform-version'));

  // The program itself holds to the constraints, also where one version is asked for.
  test('takes the OpenTofu of the example', () => {
    expect(constraints).toHaveLength(1);
    expect(choice).toMatchObject({ product: 'tofu', version: expect.stringMatching(/^1\.10\./) as unknown });
    expect(isWanted(choice?.version ?? '', { product: 'tofu', version: undefined, constraints })).toBe(true);
  });

  test('takes the oldest OpenTofu that locks, and leaves older Terraform to the action', () => {
    const of = (product: 'terraform' | 'tofu', version: string): boolean =>
      isWanted(version, { product, version: undefined, constraints });
    expect([of('tofu', '1.10.0'), of('tofu', '1.9.4')]).toEqual([true, false]);
    expect([of('terraform', '1.11.0'), of('terraform', '1.10.5')]).toEqual([true, false]);
  });
});

describe('the version to install', () => {
  test.each<[string, WantedTerraform, readonly string[], string | undefined]>([
    ['the usual one', wanted(), [], '1.11.4'],
    ['the newest at hand', wanted(), ['1.11.5', '1.100.0', '1.12.1'], '1.100.0'],
    ['the newest at hand that fits', wanted('< 1.12'), ['1.11.5', '1.100.0', '1.9.0'], '1.11.5'],
    ['the usual one where none at hand fits', wanted('< 1.12'), ['1.100.0'], '1.11.4'],
    ['the oldest that is named', wanted('>= 1.13.1, < 2'), [], '1.13.1'],
    ['one of two that are named', wanted('~> 1.12', '>= 1.14.0'), [], '1.14.0'],
    ['the one that is named', wanted('= 1.12.2'), [], '1.12.2'],
    ['none that can be guessed', wanted('> 1.12, != 1.12.0'), [], undefined],
    ['none, since the lock needs a newer one', wanted('< 1.11'), ['1.10.0'], undefined],
    ['the wanted one', { ...wanted(), version: '1.13.0' }, ['1.20.0'], '1.13.0'],
    ['the usual OpenTofu', { ...wanted(), product: 'tofu' }, [], '1.10.6'],
  ])('%s', (_, given, atHand, expected) => expect(versionToInstall(given, atHand)).toBe(expected));

  test('is always one that is wanted, whatever the constraints', () => {
    const part = fc
      .tuple(
        fc.constantFrom('', '=', '!=', '>', '>=', '<', '<=', '~>'),
        fc.stringMatching(/^1(\.1\d(\.\d)?)?$/),
      )
      .map(([operator, version]) => `${operator} ${version}`);
    const constraints = fc.array(
      fc.array(part, { maxLength: 3 }).map((parts) => parts.join(', ')),
      { maxLength: 2 },
    );
    const atHand = fc.array(fc.stringMatching(/^1\.1\d\.\d$/), { maxLength: 3 });
    fc.assert(
      fc.property(constraints, atHand, (texts, versions) => {
        const found = versionToInstall(wanted(...texts), versions);
        expect(found === undefined || isWanted(found, wanted(...texts))).toBe(true);
      }),
    );
  });
});
