import { describe as group, expect, test } from '@jest/globals';
import { describe, duplicates, readManifestFiles } from '../../src/manifests/objects';

const read = (...texts: readonly string[]): ReturnType<typeof readManifestFiles> =>
  readManifestFiles(texts.map((text, index) => ({ path: `${index + 1}.yaml`, text })));
const textsOf = (...texts: readonly string[]): readonly string[] =>
  read(...texts).faults.map(({ text }) => text);
const config = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${more}`;

group('the objects of files', () => {
  test('with the place of each', () => {
    const { manifests, faults } = read(
      config('a'),
      `# first\n${config('b')}---\n# none\n---\n${config('c')}`,
    );
    expect(faults).toEqual([]);
    expect(manifests.map(({ source, object, place }) => [source, describe(object), place])).toEqual([
      ['1.yaml:1', 'ConfigMap/a', { file: '1.yaml', line: 1 }],
      ['2.yaml:2 (document 1)', 'ConfigMap/b', { file: '2.yaml', line: 2 }],
      ['2.yaml:8 (document 3)', 'ConfigMap/c', { file: '2.yaml', line: 8 }],
    ]);
  });

  test('with the line of each field, or of what is nearest to it', () => {
    const text = `${config('a')}---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: &i b\n  - {name: c,\n     image: *i}\n`;
    const lineOf = read(text).manifests[1]?.lineOf;
    const lines = (...paths: (readonly (string | number)[])[]): unknown =>
      paths.map((path) => lineOf?.(path));
    expect(
      lines(
        [],
        ['kind'],
        ['spec', 'containers'],
        ['spec', 'containers', 0, 'image'],
        ['spec', 'containers', 1],
        ['spec', 'containers', 1, 'image'],
        ['spec', 'containers', 1, 'image', 'x'],
        ['spec', 'containers', 7],
        ['nothing'],
      ),
    ).toEqual([5, 6, 9, 11, 12, 13, 13, 9, 5]);
  });

  test('of a rendered folder have its kustomization file as place', () => {
    const text = `${config('a')}---\n${config('b')}`;
    const { manifests } = readManifestFiles([{ path: 'k8s', text, renderedBy: 'k8s/kustomization.yaml' }]);
    expect(manifests.map(({ source, place }) => [source, place])).toEqual([
      ['k8s (document 1)', { file: 'k8s/kustomization.yaml', line: 1 }],
      ['k8s (document 2)', { file: 'k8s/kustomization.yaml', line: 1 }],
    ]);
  });

  test.each(['v1', 'List'])('a List is taken apart, also a typed one', (kind) => {
    const list = `apiVersion: v1\nkind: ${kind === 'List' ? 'List' : 'ConfigMapList'}\nitems:\n`;
    const item = (name: string): string =>
      `  - {apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}\n`;
    const { manifests } = read(`${list}${item('a')}${item('b')}`);
    expect(manifests.map(({ source, place }) => [source, place?.line])).toEqual([
      ['1.yaml:4 (item 1)', 4],
      ['1.yaml:5 (item 2)', 5],
    ]);
  });

  test('a kind that only ends in List, without items, is an object', () => {
    const { manifests } = read('apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}');
    expect(manifests).toHaveLength(1);
  });

  test('items of a typed list take their kind from it', () => {
    const list = 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n';
    expect(read(list).manifests[0]?.object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
    });
    expect(textsOf(list.replace('ConfigMapList', 'List'))).toHaveLength(2);
  });

  test.each(['', 'items:', 'items: []'])('a List of nothing (%j) is nothing', (items) => {
    expect(read(`apiVersion: v1\nkind: List\n${items}`)).toEqual({ manifests: [], faults: [] });
  });

  test('a name that the server makes is enough', () => {
    const { manifests } = read(
      'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: mig-, namespace: ns}',
    );
    expect(manifests.map(({ object }) => describe(object))).toEqual(['Job/ns/mig-*']);
  });
});

group('faults', () => {
  test('of all files are told, with their places; what is good is given all the same', () => {
    const { manifests, faults } = read('a: [', `kind: A\n---\n${config('x')}`, config('good'));
    expect(faults.map(({ text, place }) => [text, place?.line])).toEqual([
      [expect.stringMatching(/^1\.yaml:1: .* at line 1/), 1],
      ['2.yaml:1 (document 1): apiVersion is missing', 1],
      ['2.yaml:1 (document 1): metadata.name is missing', 1],
    ]);
    expect(manifests.map(({ object }) => describe(object))).toEqual(['ConfigMap/x', 'ConfigMap/good']);
  });

  test.each<[string, string, number]>([
    ['the first of two', 'a: "\\q"\n---\nb: 1', 1],
    ['one after a separator at the top', '---\na: 1\n---\nb: [', 2],
    ['one after a comment and a separator', '# x\n---\na: 1\n---\nb: [', 2],
    ['the third', 'a: 1\n---\n# none\n---\nb: [', 3],
  ])('of syntax name the document: %s', (_, text, document) => {
    const [first] = textsOf(text);
    expect(first).toContain(`(document ${document}): `);
  });
});

group('duplicates', () => {
  const twice = (...texts: readonly string[]): readonly string[] =>
    duplicates(read(...texts).manifests, 'here').map(({ text }) => text);

  test('an object that stands twice, or three times', () => {
    expect(twice(config('a'), config('a'), config('a'))).toEqual([
      '2.yaml:1: ConfigMap/a stands in 1.yaml:1 too',
      '3.yaml:1: ConfigMap/a stands in 1.yaml:1 too',
    ]);
  });

  test('with its namespace and without, and in two versions of its group', () => {
    expect(twice(config('a'), config('a').replace('name: a', 'name: a, namespace: here'))).toHaveLength(1);
    const job = 'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}';
    expect(twice(job, job.replace('/v1', '/v1beta1'))).toHaveLength(1);
  });

  test('the same name in two namespaces, kinds or groups is none, nor are names that the server makes', () => {
    const ns = config('a').replace('name: a', 'name: a, namespace: other');
    expect(twice(config('a'), ns, config('a').replace('ConfigMap', 'Service'))).toEqual([]);
    expect(twice(config('a'), config('a').replace('v1', 'x/v1'))).toEqual([]);
    const generated = config('a').replace('name: a', 'generateName: a');
    expect(twice(generated, generated)).toEqual([]);
  });
});
