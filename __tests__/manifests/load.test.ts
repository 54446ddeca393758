import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/json';
import { loadManifests, secretValues, withImage, withPullSecret } from '../../src/manifests/load';
import type { Manifest } from '../../src/manifests/objects';
import type { ManifestsSettings } from '../../src/settings/settings';
import { failureOf } from '../support/failure';
import { fakeFiles, fakeKustomize } from '../support/files';
import { IMAGE, someManifests } from '../support/settings';

function load(
  contents: Readonly<Record<string, string>>,
  given: Partial<ManifestsSettings> = {},
): Promise<readonly Manifest[]> {
  const ports = { files: fakeFiles(contents), kustomize: fakeKustomize() };
  return loadManifests(someManifests(given), IMAGE, ports);
}

const config = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const failed = (...given: Parameters<typeof load>): ReturnType<typeof failureOf> => failureOf(load(...given));

test('image and namespace are known without being declared, and can be given other values', async () => {
  const contents = { 'manifests/a.yaml': config('a', '${image} ${namespace}') };
  const value = async (given: Partial<ManifestsSettings>): Promise<unknown> =>
    at((await load(contents, given))[0]?.object, 'data', 'value');
  expect(await value({})).toBe('ghcr.io/acme/wpp-bot wpp-bot');
  expect(await value({ variables: { namespace: 'other' } })).toBe('ghcr.io/acme/wpp-bot other');
});

test('what looks like a placeholder in a Secret is left as it is', async () => {
  const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: "${password}"}\n';
  const [secret] = await load({ 'manifests/a.yaml': text });
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
    expect(failure.place).toEqual({ file: 'manifests/a.yaml', line: 1 });
    expect(failure.evidence).toEqual([
      expect.stringMatching(/^manifests\/a\.yaml:1: /),
      expect.stringMatching(/^manifests\/b\.yaml:4: data\.value has \$\{nowhere\}, which is not declared/),
    ]);
  });

  test('a variable that no manifest uses', async () => {
    const failure = await failed({ 'manifests/a.yaml': config('a', '') }, { variables: { spare: 1 } });
    expect(failure.cause).toBe('variables: spare is used by no manifest');
  });

  test('a variable that no manifest uses is told only where all could be read', async () => {
    const failure = await failed({ 'manifests/a.yaml': 'a: [' }, { variables: { spare: 1 } });
    expect(failure.evidence).toHaveLength(1);
  });

  test('no manifest at all', async () => {
    const failure = await failed({ 'manifests/README.md': '', 'manifests/empty.yaml': '# later' });
    expect(failure.cause).toBe('manifests: no manifest in any .yaml, .yml or .json file');
  });
});

const DEPLOYED = { name: IMAGE, reference: 'ghcr.io/acme/wpp-bot:2', tag: '2' };

describe('withImage and withPullSecret', () => {
  const pod = {
    source: 'a',
    object: { kind: 'Pod', spec: { containers: [{ image: 'ghcr.io/acme/wpp-bot:1' }] } },
  };

  test('the image is set', () => {
    const changed = withImage([pod], DEPLOYED);
    expect(changed).toEqual([
      {
        source: 'a',
        object: {
          kind: 'Pod',
          metadata: { annotations: { 'wpp-deploy-action/image-tag': '2' } },
          spec: { containers: [{ image: 'ghcr.io/acme/wpp-bot:2' }] },
        },
      },
    ]);
  });

  test('without a token nothing is added', () => {
    expect(withPullSecret([pod], IMAGE, someManifests())).toEqual([pod]);
  });

  test('with a token the pods name the secret that is made', () => {
    const settings = someManifests({ pullToken: 'pull-token-1' });
    const [changed, secret] = withPullSecret([pod], IMAGE, settings);
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
    const objects = withPullSecret(manifests, IMAGE, settings).map(({ object }) => object);
    const secrets = objects.filter((object) => at(object, 'kind') === 'Secret');
    expect(secrets.map((secret) => at(secret, 'metadata', 'namespace'))).toEqual(['one', 'two']);
  });
});

describe('the Secrets of the input', () => {
  const APP = { 'manifests/a.yaml': config('a', '') };

  test('stand beside the manifests, in the namespace, with encoded values that nobody fills', async () => {
    const secrets = { env: { KEY: 'hunter2', TEMPLATE: '${image}' }, tls: { 'tls.key': 'ключ\n' } };
    const [, env, tls] = await load(APP, { secrets });
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
    expect(failure.cause).toBe('manifests/env.yaml:1: Secret/env stands in the input secrets too');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  test('of the same name as one in another namespace, or as another kind, are no fault', async () => {
    const contents = {
      'manifests/env.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: env, namespace: other}\n',
      'manifests/map.yaml': config('env', ''),
    };
    expect(await load(contents, { secrets: { env: { KEY: 'x' } } })).toHaveLength(3);
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
