import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fileSystem } from '../../src/adapters/files';
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
    ['the version', { terraform: { product: 'terraform', version: '1.12.0', constraints: [] } }],
    ['the program', { terraform: { product: 'tofu', version: undefined, constraints: [] } }],
    ['a file with variables', { variableFiles: ['other/file'] }],
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

test('files with variables count in their order', async () => {
  const both = ['other/file', 'terraform/main.tf'];
  expect(await digest({ variableFiles: both })).not.toBe(await digest({ variableFiles: both.toReversed() }));
});

test('a file that may be run is another one', async () => {
  const files = fakeFiles(CONTENT, ['terraform/main.tf']);
  expect(await fingerprint(anInfra(), files)).not.toBe(await digest());
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

  test.each([
    ['a file that the configuration reads', 'x = file("${path.module}/../boot.sh")', 'boot.sh'],
    ['one of those that it may read', 'x = file("../sets/${var.set}.yaml")', 'sets/b.yaml'],
    ['a module that JSON names', '{"module": {"net": {"source": "../net"}}}', 'net/main.tf.json'],
  ])('%s counts', async (_, text, path) => {
    const name = text.startsWith('{') ? 'terraform/main.tf.json' : 'terraform/main.tf';
    const contents = { 'boot.sh': '1', 'sets/b.yaml': '1', 'net/main.tf.json': '{}', [name]: text };
    expect(await digest({}, { ...contents, [path]: '2' })).not.toBe(await digest({}, contents));
  });

  test('a file that a module within the folder reads from that of the configuration counts', async () => {
    const contents = { 'terraform/modules/pool/main.tf': 'x = file("../boot.sh")', 'boot.sh': '1' };
    expect(await digest({}, { ...contents, 'boot.sh': '2' })).not.toBe(await digest({}, contents));
  });

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

describe('a checkout on disk', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);
  const digestOf = (
    directory = path('work/terraform'),
    given: Partial<InfraSettings> = {},
  ): Promise<string> => fingerprint(anInfra({ directory, ...given }), fileSystem);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: path('work'),
      encoding: 'utf8',
    });
  const commit = (): void => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'x');
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wpp-fingerprint-'));
    mkdirSync(path('work/terraform/scripts'), { recursive: true });
    writeFileSync(path('work/terraform/main.tf'), 'resource "linode_volume" "a" {}\n');
    writeFileSync(path('work/terraform/scripts/run.sh'), 'echo\n');
    writeFileSync(path('work/app.js'), '1\n');
    git('init', '--quiet', '--initial-branch=main');
    commit();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const changes: readonly (readonly [string, () => void])[] = [
    ['a file that may be run now', () => chmodSync(path('work/terraform/scripts/run.sh'), 0o755)],
    ['a renamed file', () => renameSync(path('work/terraform/main.tf'), path('work/terraform/other.tf'))],
    [
      'a checkout with Windows’ line ends',
      () => writeFileSync(path('work/terraform/main.tf'), 'resource "linode_volume" "a" {}\r\n'),
    ],
    [
      'a file that an earlier step has written there',
      () => writeFileSync(path('work/terraform/generated.auto.tfvars'), 'a = 1'),
    ],
    ['a link that leads nowhere', () => symlinkSync('gone.tf', path('work/terraform/link.tf'))],
    ['a folder that is gone', () => rmSync(path('work/terraform'), { recursive: true })],
    [
      'the files of a submodule, now that they are there',
      () => {
        mkdirSync(path('work/terraform/modules/pool'), { recursive: true });
        writeFileSync(path('work/terraform/modules/pool/main.tf'), '# pool');
      },
    ],
  ];
  test.each(changes)('differs by %s', async (_, change) => {
    const before = await digestOf();
    change();
    expect(await digestOf()).not.toBe(before);
  });

  test('differs by the target of a link', async () => {
    writeFileSync(path('work/shared.tf'), '# one');
    symlinkSync('../shared.tf', path('work/terraform/shared.tf'));
    const before = await digestOf();
    writeFileSync(path('work/shared.tf'), '# two');
    expect(await digestOf()).not.toBe(before);
  });

  test('differs by what stands in a file with variables', async () => {
    const given = { variableFiles: [path('work/prod.tfvars')] };
    writeFileSync(path('work/prod.tfvars'), 'a = 1');
    const before = await digestOf(undefined, given);
    writeFileSync(path('work/prod.tfvars'), 'a = 2');
    expect(await digestOf(undefined, given)).not.toBe(before);
  });

  const sameness: readonly (readonly [string, () => string])[] = [
    [
      'a commit beside it',
      () => {
        writeFileSync(path('work/app.js'), '2');
        commit();
        return 'work';
      },
    ],
    [
      'a commit that is taken back',
      () => {
        writeFileSync(path('work/terraform/main.tf'), '# other');
        commit();
        git('revert', '--no-edit', 'HEAD');
        return 'work';
      },
    ],
    [
      'a force push: another commit with the same content',
      () => {
        git('commit', '--quiet', '--amend', '--message', 'y', '--date', '2001-01-01T00:00:00');
        return 'work';
      },
    ],
    [
      'a shallow clone',
      () => {
        git('clone', '--quiet', '--depth=1', `file://${path('work')}`, path('clone'));
        return 'clone';
      },
    ],
    [
      'a tag that is checked out',
      () => {
        git('tag', 'v1');
        git('checkout', '--quiet', 'v1');
        return 'work';
      },
    ],
    [
      'a merge commit, as a merge group has it',
      () => {
        git('checkout', '--quiet', '-b', 'feature');
        writeFileSync(path('work/app.js'), '3');
        commit();
        git('checkout', '--quiet', 'main');
        git('merge', '--quiet', '--no-ff', '--no-edit', 'feature');
        return 'work';
      },
    ],
    [
      'a copy without git, as from an archive',
      () => {
        cpSync(path('work/terraform'), path('copy/terraform'), { recursive: true });
        return 'copy';
      },
    ],
    [
      'a link in place of a file with the same content',
      () => {
        renameSync(path('work/terraform/main.tf'), path('work/real.tf'));
        symlinkSync('../real.tf', path('work/terraform/main.tf'));
        return 'work';
      },
    ],
  ];
  test.each(sameness)('is the same after %s', async (_, change) => {
    const before = await digestOf();
    expect(await digestOf(path(`${change()}/terraform`))).toBe(before);
  });
});
