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
  const failed = (...given: Parameters<typeof load>): ReturnType<typeof failureOf> =>
    failureOf(Promise.resolve().then(() => load(...given)));

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

test('the values of Secrets are known plain and encoded, those of others are not', () => {
  const data = { a: 'aHVudGVyMg==' };
  const manifests = ['Secret', 'ConfigMap'].map((kind) => ({ source: kind, object: { kind, data } }));
  expect(secretValues(manifests)).toEqual(['aHVudGVyMg==', 'hunter2']);
});
