import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/json';
import { loadManifests, secretValues, withImage } from '../../src/manifests/load';
import type { Manifest } from '../../src/manifests/objects';
import type { ManifestsSettings } from '../../src/settings/settings';
import { failureOf } from '../support/failure';
import { fakeFiles } from '../support/files';
import { IMAGE, someManifests } from '../support/settings';

function load(
  contents: Readonly<Record<string, string>>,
  given: Partial<ManifestsSettings> = {},
): readonly Manifest[] {
  return loadManifests(someManifests(given), IMAGE, fakeFiles(contents));
}

const config = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const failed = (...given: Parameters<typeof load>): ReturnType<typeof failureOf> =>
  failureOf(Promise.resolve().then(() => load(...given)));

describe('which files are read', () => {
  test('those of a folder at any depth whose name says YAML or JSON', () => {
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'z' } });
    const loaded = load({
      'manifests/b/c.yml': config('c', ''),
      'manifests/a.yaml': config('a', ''),
      'manifests/d.json': json,
      'manifests/README.md': '# not: [yaml',
      'other/x.yaml': config('x', ''),
    });
    expect(loaded.map(({ source }) => source)).toEqual([
      'manifests/a.yaml',
      'manifests/b/c.yml',
      'manifests/d.json',
    ]);
  });

  test('a file that is named itself, whatever its name', () => {
    expect(load({ 'app.txt': config('a', '') }, { paths: ['app.txt'] })).toHaveLength(1);
  });
});

test('image and namespace are known without being declared, and can be given other values', () => {
  const contents = { 'manifests/a.yaml': config('a', '${image} ${namespace}') };
  const value = (given: Partial<ManifestsSettings>): unknown =>
    at(load(contents, given)[0]?.object, 'data', 'value');
  expect(value({})).toBe('ghcr.io/acme/wpp-bot wpp-bot');
  expect(value({ variables: { namespace: 'other' } })).toBe('ghcr.io/acme/wpp-bot other');
});

test('what looks like a placeholder in a Secret is left as it is', () => {
  const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: "${password}"}\n';
  const [secret] = load({ 'manifests/a.yaml': text });
  expect(Buffer.from(String(at(secret?.object, 'data', 'password')), 'base64').toString()).toBe(
    '${password}',
  );
});

describe('faults', () => {
  test('of all files are told together', async () => {
    const failure = await failed({
      'manifests/a.yaml': 'a: [',
      'manifests/b.yaml': config('b', '${nowhere}'),
    });
    expect(failure).toMatchObject({ code: 'manifest-invalid' });
    expect(failure.cause).toMatch(/^the manifests have 2 faults: manifests\/a\.yaml/);
    expect(failure.evidence).toEqual([
      expect.stringMatching(/^manifests\/a\.yaml: /),
      expect.stringMatching(/^manifests\/b\.yaml: data\.value: \$\{nowhere\} is not declared/),
    ]);
  });

  test('a variable that no manifest uses', async () => {
    const failure = await failed({ 'manifests/a.yaml': config('a', '') }, { variables: { spare: 1 } });
    expect(failure.cause).toBe('variables: spare is used by no manifest');
  });

  test('a declared placeholder in a Secret, which is not filled', async () => {
    const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {TAG: "v-${image}"}\n';
    const failure = await failed({ 'manifests/a.yaml': text });
    expect(failure.cause).toBe(
      'manifests/a.yaml: TAG of the Secret names ${image}, but Secrets are not filled: give it by the input secrets',
    );
  });

  test('no manifest at all', async () => {
    const failure = await failed({ 'manifests/README.md': '', 'manifests/empty.yaml': '# later' });
    expect(failure.cause).toBe('manifests: no manifest in any .yaml, .yml or .json file');
  });
});

describe('withImage', () => {
  const pod = {
    source: 'a',
    object: { kind: 'Pod', spec: { containers: [{ image: 'ghcr.io/acme/wpp-bot:1' }] } },
  };

  test('without a token the image is set and nothing is added', () => {
    const changed = withImage([pod], IMAGE, 'ghcr.io/acme/wpp-bot:2', someManifests(), 'acme');
    expect(changed).toEqual([
      { source: 'a', object: { kind: 'Pod', spec: { containers: [{ image: 'ghcr.io/acme/wpp-bot:2' }] } } },
    ]);
  });

  test('with a token the pods name the secret that is made', () => {
    const settings = someManifests({ pullToken: 'pull-token-1' });
    const [changed, secret] = withImage([pod], IMAGE, 'ghcr.io/acme/wpp-bot:2', settings, 'acme');
    const name = at(secret?.object, 'metadata', 'name');
    expect(secret?.object).toMatchObject({ kind: 'Secret', metadata: { namespace: 'wpp-bot' } });
    expect(at(changed?.object, 'spec', 'imagePullSecrets')).toEqual([{ name }]);
  });

  test('the secret stands in each namespace that runs the image, and in no other', () => {
    const settings = someManifests({ pullToken: 'pull-token-1', namespace: 'unused' });
    const inNamespace = (namespace: string, image: string): typeof pod & { object: object } => ({
      source: namespace,
      object: {
        kind: 'Pod',
        metadata: { namespace },
        spec: { containers: [{ image }] },
      } as (typeof pod)['object'],
    });
    const manifests = [
      inNamespace('one', 'ghcr.io/acme/wpp-bot:1'),
      inNamespace('two', 'ghcr.io/acme/wpp-bot:1'),
      inNamespace('three', 'postgres:17'),
    ];
    const objects = withImage(manifests, IMAGE, 'ghcr.io/acme/wpp-bot:2', settings, 'acme').map(
      ({ object }) => object,
    );
    const secrets = objects.filter((object) => at(object, 'kind') === 'Secret');
    expect(secrets.map((secret) => at(secret, 'metadata', 'namespace'))).toEqual(['one', 'two']);
  });
});

describe('the Secrets of the input', () => {
  const APP = { 'manifests/a.yaml': config('a', '') };

  test('stand beside the manifests, in the namespace, with encoded values that nobody fills', () => {
    const secrets = { env: { KEY: 'hunter2', TEMPLATE: '${image}' }, tls: { 'tls.key': 'ключ\n' } };
    const [, env, tls] = load(APP, { secrets });
    expect(env?.object).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'env', namespace: 'wpp-bot' },
      data: { KEY: base64('hunter2'), TEMPLATE: base64('${image}') },
    });
    expect(tls?.object).toMatchObject({ metadata: { name: 'tls' }, data: { 'tls.key': base64('ключ\n') } });
    expect(env?.source).toBe('the input secrets');
  });

  test.each([
    ['without a namespace', '{name: env}'],
    ['with the namespace', '{name: env, namespace: wpp-bot}'],
  ])('may not stand in the manifests too, %s: one would take the other back', async (_, metadata) => {
    const contents = { 'manifests/env.yaml': `apiVersion: v1\nkind: Secret\nmetadata: ${metadata}\n` };
    const failure = await failed(contents, { secrets: { env: { KEY: 'hunter2-x' } } });
    expect(failure.cause).toBe('manifests/env.yaml: Secret/env stands in the input secrets too');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  test('of the same name as one in another namespace, or as another kind, are no fault', () => {
    const contents = {
      'manifests/env.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: env, namespace: other}\n',
      'manifests/map.yaml': config('env', ''),
    };
    expect(load(contents, { secrets: { env: { KEY: 'x' } } })).toHaveLength(3);
  });
});

describe('the values of Secrets that are kept out of all texts', () => {
  const secret = (value: string, name = 'env', kind = 'Secret'): Manifest => ({
    source: 'a',
    object: { kind, metadata: { name, namespace: 'team-namespace' }, data: { a: base64(value) } },
  });

  test('are known plain and encoded', () => {
    expect(secretValues([secret('hunter2-x')], [])).toEqual(['hunter2-x', base64('hunter2-x')]);
  });

  test.each<[string, Manifest]>([
    ['those of another kind', secret('hunter2-x', 'env', 'ConfigMap')],
    ['one of seven signs', secret('hunter2')],
    ['an empty one', secret('')],
    ['one that the run is about', secret('production')],
    ['a part of what the run is about', secret('acme/wpp-bot')],
    ['the name of an object', secret('postgres-main', 'postgres-main')],
    ['the namespace of an object', secret('team-namespace')],
  ])('but not %s', (_, manifest) => {
    expect(secretValues([manifest], ['production', 'ghcr.io/acme/wpp-bot'])).toEqual([]);
  });

  test('also where a name is but a part of one', () => {
    expect(secretValues([secret('production-hunter2')], ['production'])).toHaveLength(2);
  });

  test('not where a value is no text', () => {
    const object = { kind: 'Secret', metadata: { name: 'a' }, data: { a: 12345678 } };
    expect(secretValues([{ source: 'a', object }], [])).toEqual([]);
  });
});
