import { describe, expect, test } from '@jest/globals';
import { fingerprint } from '../../src/infra/fingerprint';
import type { InfraSettings } from '../../src/settings/settings';
import { fakeFiles } from '../support/files';
import { anInfra } from '../support/settings';

const CONTENT = {
  'terraform/main.tf': 'resource "linode_volume" "a" {}',
  'terraform/modules/pool/main.tf': '# pool',
  'terraform/.terraform.lock.hcl': '# lock',
  'other/file': 'x',
};

function digest(
  given: Partial<InfraSettings> = {},
  contents: Record<string, string> = CONTENT,
): Promise<string> {
  return fingerprint(anInfra(given), fakeFiles(contents));
}

test('the same content gives the same digest, in whatever order it is told', async () => {
  const turned = Object.fromEntries(Object.entries(CONTENT).reverse());
  const { backend, variables } = anInfra();
  const turn = <T>(map: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(map).reverse());
  const other = await digest({ backend: turn(backend), variables: turn(variables) }, turned);
  expect(other).toBe(await digest());
  expect(other).toMatch(/^[0-9a-f]{64}$/);
});

describe('another digest for', () => {
  test.each<[string, Partial<InfraSettings>]>([
    ['a variable’s value', { variables: { region: 'us-east', label: 'other' } }],
    ['a variable’s type', { variables: { region: 'us-east', label: 1 } }],
    ['a variable more', { variables: { ...anInfra().variables, extra: 1 } }],
    ['the backend', { backend: { ...anInfra().backend, key: 'staging/terraform.tfstate' } }],
    ['the version', { terraformVersion: '1.12.0' }],
    ['the key of the store', { stateSecretKey: 'another-secret' }],
  ])('%s', async (_, given) => expect(await digest(given)).not.toBe(await digest()));

  test.each<[string, Record<string, string>]>([
    ['a changed file', { ...CONTENT, 'terraform/main.tf': '' }],
    ['a changed file below', { ...CONTENT, 'terraform/modules/pool/main.tf': '' }],
    ['a changed lock file', { ...CONTENT, 'terraform/.terraform.lock.hcl': '' }],
    ['a file more', { ...CONTENT, 'terraform/more.tf': '' }],
    ['a variables file', { ...CONTENT, 'terraform/terraform.tfvars': 'a = 1' }],
    ['a file fewer', { 'terraform/main.tf': CONTENT['terraform/main.tf'] }],
    [
      'contents of two files exchanged',
      {
        ...CONTENT,
        'terraform/main.tf': CONTENT['terraform/modules/pool/main.tf'],
        'terraform/modules/pool/main.tf': CONTENT['terraform/main.tf'],
      },
    ],
  ])('%s', async (_, contents) => expect(await digest({}, contents)).not.toBe(await digest()));
});

test.each([
  '.terraform/providers/x',
  '.terraform/terraform.tfstate',
  'terraform.tfstate',
  'terraform.tfstate.backup',
  'errored.tfstate',
  'crash.log',
  'modules/pool/.terraform/x',
])('what Terraform writes itself does not count: %s', async (path) => {
  expect(await digest({}, { ...CONTENT, [`terraform/${path}`]: 'x' })).toBe(await digest());
});

test('what is not in the folder, and what decides nothing, does not count', async () => {
  const given = {
    linodeToken: 'other',
    stateAccessKey: 'other',
    allowDestroy: ['a'],
    mode: 'always',
  } as const;
  expect(await digest(given, { ...CONTENT, 'other/file': 'y' })).toBe(await digest());
});

describe('modules that lie beside the folder', () => {
  const BESIDE = {
    ...CONTENT,
    'terraform/main.tf': 'module "net" {\n  source = "../modules/net"\n}\n# source = "../other"',
    'terraform/modules/pool/main.tf': 'module "size" { source = "../../../shared/size" }',
    'modules/net/main.tf': 'module "rules" { source = "../rules" }\nmodule "back" { source = "../net" }',
    'modules/rules/main.tf':
      'module "net" { source = "../net" }\nmodule "root" { source = "../../terraform" }',
    'shared/size/main.tf': '# size',
    'size/main.tf': '# another size',
    'modules/unused/main.tf': '# unused',
  };

  test.each([
    ['used by the folder itself', 'modules/net/main.tf'],
    ['used by one of them', 'modules/rules/main.tf'],
    ['used by a module within the folder, as seen from that', 'shared/size/main.tf'],
    ['a new file in one of them', 'modules/net/more.tf'],
    ['a file of another kind in one of them', 'modules/net/user-data.sh'],
  ])('%s count', async (_, path) => {
    expect(await digest({}, { ...BESIDE, [path]: '# changed' })).not.toBe(await digest({}, BESIDE));
  });

  test.each(['modules/unused/main.tf', 'other/file', 'size/main.tf', 'modules/net/.terraform/x'])(
    'what no module uses does not count: %s',
    async (path) => {
      expect(await digest({}, { ...BESIDE, [path]: '# changed' })).toBe(await digest({}, BESIDE));
    },
  );

  test('the place of the checkout does not count', async () => {
    const elsewhere = Object.fromEntries(
      Object.entries(BESIDE).map(([path, text]) => [`/elsewhere/${path}`, text]),
    );
    expect(await digest({ directory: '/elsewhere/terraform' }, elsewhere)).toBe(await digest({}, BESIDE));
  });

  test('one that is not there is left to Terraform to tell', async () => {
    expect(await digest({}, { 'terraform/main.tf': 'module "a" { source = "../gone" }' })).toMatch(
      /^\w{64}$/,
    );
  });
});
