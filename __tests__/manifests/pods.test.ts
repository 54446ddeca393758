import { describe, expect, test } from '@jest/globals';
import { at, type JsonObject } from '../../src/json';
import { addPullSecret, pullSecret, setImage } from '../../src/manifests/pods';
import { DIGEST, IMAGE } from '../support/settings';

const PINNED = `ghcr.io/acme/wpp-bot@${DIGEST}`;
const TAGGED = { annotations: { 'wpp-deploy-action/image-tag': 'v2' } };
const own = { name: 'bot', image: 'ghcr.io/acme/wpp-bot:old' };
const foreign = { name: 'db', image: 'postgres:17' };
const template = (spec: object): object => ({ template: { metadata: {}, spec } });

/** Kinds with the way to the pod spec in each. */
const KINDS: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  ['Pod', { spec: { containers: [own, foreign] } }, ['spec']],
  ['Deployment', { spec: template({ containers: [own, foreign] }) }, ['spec', 'template', 'spec']],
  [
    'CronJob',
    { spec: { jobTemplate: { spec: template({ containers: [own, foreign] }) } } },
    ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ],
  [
    'a custom kind',
    { spec: { server: { podTemplate: { spec: { containers: [own, foreign] } } } } },
    ['spec', 'server', 'podTemplate', 'spec'],
  ],
];

describe('setImage', () => {
  test.each(KINDS)('in a %s: our container only', (kind, object, path) => {
    const changed = setImage({ kind, ...object }, IMAGE, PINNED, 'v2');
    expect(at(changed, ...path, 'containers')).toEqual([{ name: 'bot', image: PINNED }, foreign]);
  });

  test.each(['initContainers', 'ephemeralContainers'])('in %s', (list) => {
    const object = { spec: { containers: [foreign], [list]: [own] } };
    expect(setImage(object, IMAGE, PINNED, 'v2')).toEqual({
      metadata: TAGGED,
      spec: { containers: [foreign], [list]: [{ name: 'bot', image: PINNED }] },
    });
  });

  test('in a list of pod specs', () => {
    const object = { spec: { pools: [{ containers: [own] }, { containers: [foreign] }] } };
    expect(at(setImage(object, IMAGE, PINNED, 'v2'), 'spec', 'pools', 0, 'containers', 0, 'image')).toBe(
      PINNED,
    );
  });

  test.each([
    ['ghcr.io/acme/wpp-bot', true],
    ['ghcr.io/acme/wpp-bot:v1', true],
    [`ghcr.io/acme/wpp-bot:v1@${DIGEST}`, true],
    ['ghcr.io/acme/wpp-bot-db:v1', false],
    ['acme/wpp-bot', false],
    ['not an image', false],
    ['', false],
  ])('the image %j is ours: %j', (image, ours) => {
    const changed = setImage({ spec: { containers: [{ image }] } }, IMAGE, PINNED, 'v2');
    expect(at(changed, 'spec', 'containers', 0, 'image')).toBe(ours ? PINNED : image);
  });

  test.each<[string, JsonObject]>([
    ['an object without a spec', { kind: 'ConfigMap', data: { containers: 'x' } }],
    ['a spec that is no object', { spec: 'x' }],
    ['containers that are no list', { spec: { containers: 'ghcr.io/acme/wpp-bot' } }],
    ['containers that are no objects', { spec: { containers: ['ghcr.io/acme/wpp-bot', null] } }],
  ])('%s is left alone', (_, object) => expect(setImage(object, IMAGE, PINNED, 'v2')).toEqual(object));

  test('in the template of a PodTemplate', () => {
    const object = { apiVersion: 'v1', kind: 'PodTemplate', template: { spec: { containers: [own] } } };
    expect(at(setImage(object, IMAGE, PINNED, 'v2'), 'template', 'spec', 'containers', 0, 'image')).toBe(
      PINNED,
    );
  });

  test('in a volume that is made of the image, and in no other', () => {
    const volume = (reference: string): object => ({ name: 'v', image: { reference, pullPolicy: 'Always' } });
    const volumes = [
      volume('ghcr.io/acme/wpp-bot:1'),
      volume('ghcr.io/acme/data:1'),
      { name: 'e', emptyDir: {} },
    ];
    const changed = setImage({ spec: { containers: [foreign], volumes } }, IMAGE, PINNED, 'v2');
    expect(at(changed, 'spec', 'volumes')).toEqual([volume(PINNED), ...volumes.slice(1)]);
  });

  test('in any field `image` of a kind that is not Kubernetes’ own, but in no other field', () => {
    const object = {
      apiVersion: 'stable.example.com/v1',
      kind: 'Bot',
      metadata: { name: 'a', image: 'ghcr.io/acme/wpp-bot:1' },
      spec: {
        image: 'ghcr.io/acme/wpp-bot:1',
        steps: [
          { image: 'ghcr.io/acme/wpp-bot' },
          { image: 'postgres:17' },
          { image: { image: 'ghcr.io/acme/wpp-bot' } },
        ],
        description: 'ghcr.io/acme/wpp-bot:1',
      },
    };
    expect(setImage(object, IMAGE, PINNED, 'v2')).toEqual({
      ...object,
      metadata: { ...object.metadata, ...TAGGED },
      spec: {
        ...object.spec,
        image: PINNED,
        steps: [{ image: PINNED }, { image: 'postgres:17' }, { image: { image: PINNED } }],
      },
    });
  });

  test.each(['v1', 'apps/v1', 'apiextensions.k8s.io/v1', 'batch/v1'])(
    'in a kind of %s only where containers are',
    (apiVersion) => {
      const object = { apiVersion, kind: 'A', spec: { image: 'ghcr.io/acme/wpp-bot:1' } };
      expect(setImage(object, IMAGE, PINNED, 'v2')).toEqual(object);
    },
  );

  test('the tag is noted beside other annotations, and where no image is ours not at all', () => {
    const object = { metadata: { annotations: { a: 'b' } }, spec: { containers: [own] } };
    expect(at(setImage(object, IMAGE, PINNED, 'v2'), 'metadata', 'annotations')).toEqual({
      a: 'b',
      ...TAGGED.annotations,
    });
    const other = { metadata: {}, spec: { containers: [foreign] } };
    expect(setImage(other, IMAGE, PINNED, 'v2')).toEqual(other);
  });

  test('the object that is given is not changed', () => {
    const object = { spec: { containers: [own] } };
    const before = structuredClone(object);
    setImage(object, IMAGE, PINNED, 'v2');
    expect(object).toEqual(before);
  });
});

describe('addPullSecret', () => {
  test.each(KINDS)('in a %s', (kind, object, path) => {
    const changed = addPullSecret({ kind, ...object }, IMAGE, 'pull');
    expect(at(changed, ...path, 'imagePullSecrets')).toEqual([{ name: 'pull' }]);
  });

  test('beside others, and once only', () => {
    const imagePullSecrets = [{ name: 'other' }, { name: 'pull' }];
    const changed = addPullSecret({ spec: { containers: [own], imagePullSecrets } }, IMAGE, 'pull');
    expect(at(changed, 'spec', 'imagePullSecrets')).toEqual([{ name: 'other' }, { name: 'pull' }]);
  });

  test('for an init container', () => {
    const changed = addPullSecret({ spec: { containers: [foreign], initContainers: [own] } }, IMAGE, 'pull');
    expect(at(changed, 'spec', 'imagePullSecrets')).toEqual([{ name: 'pull' }]);
  });

  test('not where the image does not run', () => {
    const object = { spec: { containers: [foreign] } };
    expect(addPullSecret(object, IMAGE, 'pull')).toEqual(object);
  });
});

test('the pull secret holds the login in the way that the kubelet reads it', () => {
  const secret = pullSecret('pull', 'ns', IMAGE, 'acme', 'token-1');
  expect(secret).toMatchObject({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name: 'pull', namespace: 'ns' },
  });
  const encoded = String(at(secret, 'data', '.dockerconfigjson'));
  const config: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString());
  expect(config).toEqual({ auths: { 'ghcr.io': { auth: Buffer.from('acme:token-1').toString('base64') } } });
});
