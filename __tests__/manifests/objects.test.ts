import { describe as group, expect, test } from '@jest/globals';
import { describe, readManifestFiles } from '../../src/manifests/objects';

const read = (...texts: readonly string[]): ReturnType<typeof readManifestFiles> =>
  readManifestFiles(texts.map((text, index) => ({ path: `${index + 1}.yaml`, text })));
const config = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${more}`;

group('the objects of files', () => {
  test('with the place of each', () => {
    const { manifests, problems } = read(config('a'), `${config('b')}---\n# none\n---\n${config('c')}`);
    expect(problems).toEqual([]);
    expect(manifests.map(({ source, object }) => [source, describe(object)])).toEqual([
      ['1.yaml', 'ConfigMap/a'],
      ['2.yaml (document 1)', 'ConfigMap/b'],
      ['2.yaml (document 3)', 'ConfigMap/c'],
    ]);
  });

  test.each(['v1', 'List'])('a List is taken apart, also a typed one', (kind) => {
    const list = `apiVersion: v1\nkind: ${kind === 'List' ? 'List' : 'ConfigMapList'}\nitems:\n`;
    const item = (name: string): string =>
      `  - {apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}\n`;
    const { manifests } = read(`${list}${item('a')}${item('b')}`);
    expect(manifests.map(({ source }) => source)).toEqual(['1.yaml, item 1', '1.yaml, item 2']);
  });

  test('a kind that only ends in List, without items, is an object', () => {
    const { manifests } = read('apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}');
    expect(manifests).toHaveLength(1);
  });

  test('what the server writes is taken out', () => {
    const metadata =
      '{name: a, uid: u, resourceVersion: "1", generation: 2, creationTimestamp: null, labels: {x: z}}';
    const { manifests } = read(
      `apiVersion: v1\nkind: Service\nmetadata: ${metadata}\nspec: {}\nstatus: {x: 1}`,
    );
    expect(manifests[0]?.object).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a', labels: { x: 'z' } },
      spec: {},
    });
  });

  test('the copy that kubectl keeps of what it applied is taken out, and no other annotation', () => {
    const copy = 'kubectl.kubernetes.io/last-applied-configuration';
    const annotationsOf = (annotations: string): unknown =>
      read(`apiVersion: v1\nkind: Secret\nmetadata: {name: a, annotations: ${annotations}}`).manifests[0]
        ?.object['metadata'];
    expect(annotationsOf(`{"${copy}": '{"data": "hunter2"}', "${copy}-x": b, c: d}`)).toEqual({
      name: 'a',
      annotations: { [`${copy}-x`]: 'b', c: 'd' },
    });
    expect(annotationsOf('null')).toEqual({ name: 'a', annotations: null });
  });

  test('stringData of a Secret becomes data, and wins', () => {
    const text =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: eA==, b: eA==}\nstringData: {b: z}';
    const { manifests } = read(text);
    expect(manifests[0]?.object['data']).toEqual({ a: 'eA==', b: 'eg==' });
    expect(manifests[0]?.object).not.toHaveProperty('stringData');
  });

  test('stringData of another kind is left alone', () => {
    const { manifests } = read('apiVersion: x/v1\nkind: Secret\nmetadata: {name: a}\nstringData: {b: z}');
    expect(manifests[0]?.object).toMatchObject({ stringData: { b: 'z' } });
  });
});

group('faults', () => {
  test.each<[string, string, readonly string[]]>([
    ['no apiVersion', 'kind: A\nmetadata: {name: a}', ['1.yaml: apiVersion is missing or no text']],
    ['no kind', 'apiVersion: v1\nmetadata: {name: a}', ['1.yaml: kind is missing or no text']],
    ['no name', 'apiVersion: v1\nkind: A', ['1.yaml: metadata.name is missing or no text']],
    [
      'a number as name',
      'apiVersion: v1\nkind: A\nmetadata: {name: 1}',
      ['1.yaml: metadata.name is missing or no text'],
    ],
    ['text', 'just text', ['1.yaml: holds no object, but string']],
    ['a list', '- a', ['1.yaml: holds no object, but a list']],
    ['an item that is none', 'kind: List\nitems: [x]', ['1.yaml, item 1: holds no object, but string']],
  ])('%s', (_, text, expected) => expect(read(text).problems).toEqual(expected));

  test('all faults of all files are told, with their places', () => {
    const { problems } = read('a: [', `kind: A\n---\n${config('x')}`, config('good'));
    expect(problems).toEqual([
      expect.stringMatching(/^1\.yaml: .* at line 1/),
      '2.yaml (document 1): apiVersion is missing or no text',
      '2.yaml (document 1): metadata.name is missing or no text',
    ]);
  });

  test('an object that stands twice', () => {
    expect(read(config('a'), config('a')).problems).toEqual(['2.yaml: ConfigMap/a stands in 1.yaml too']);
  });

  test('the same name in two namespaces, kinds or groups is no fault', () => {
    const ns = config('a').replace('name: a', 'name: a, namespace: other');
    expect(read(config('a'), ns, config('a').replace('ConfigMap', 'Service')).problems).toEqual([]);
    expect(read(config('a'), config('a').replace('v1', 'x/v1')).problems).toEqual([]);
  });
});
