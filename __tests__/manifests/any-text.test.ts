import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DeployError } from '../../src/errors';
import { loadManifests } from '../../src/manifests/load';
import { fakeFiles, fakeKustomize } from '../support/files';
import { IMAGE, someManifests } from '../support/settings';

/** Gives the texts of an error, or nothing where the content is sound; throws what is no error for people. */
async function told(content: string | Uint8Array): Promise<readonly string[]> {
  const ports = { files: fakeFiles({ 'manifests/a.yaml': content }), kustomize: fakeKustomize() };
  try {
    await loadManifests(someManifests(), IMAGE, ports);
    return [];
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    return error.details.evidence ?? [];
  }
}

const PARTS = [
  ...['apiVersion: v1\n', 'kind: ConfigMap\n', 'kind: List\n', 'kind: Secret\n', 'metadata: ', '{name: a}\n'],
  ...[
    'data:\n',
    'stringData:\n',
    'items:\n',
    'spec:\n',
    '  ',
    '- ',
    'a: ',
    '${image}',
    '${x}',
    '$',
    '{',
    '}',
  ],
  ...[
    '[',
    ']',
    '"',
    "'",
    '&a ',
    '*a',
    '<<: ',
    '!!int ',
    '!x ',
    '|\n',
    '>-\n',
    '---\n',
    '...\n',
    '#',
    '\n',
    '\t',
  ],
  ...[
    'null',
    '~',
    '0644',
    'yes',
    '__proto__: ',
    'constructor: ',
    ': ',
    ', ',
    '? ',
    '\u2028',
    '\0',
    '\r',
    '%',
  ],
];

test.each<[string, fc.Arbitrary<string | Uint8Array>]>([
  [
    'parts of manifests',
    fc.array(fc.constantFrom(...PARTS), { maxLength: 30 }).map((parts) => parts.join('')),
  ],
  ['any text', fc.string({ unit: 'binary', maxLength: 60 })],
  ['any bytes', fc.uint8Array({ maxLength: 60 })],
  ['any JSON', fc.json()],
  [
    'any values below a kind',
    fc
      .tuple(fc.constantFrom('ConfigMap', 'Secret', 'Service', 'Deployment', 'List', 'Thing'), fc.object())
      .map(([kind, fields]) =>
        JSON.stringify({
          apiVersion: 'v1',
          kind,
          metadata: { name: 'a' },
          ...fields,
          spec: fields,
          data: fields,
        }),
      ),
  ],
])('%s end well, or in an error that names a place', async (_, content) => {
  await fc.assert(
    fc.asyncProperty(content, async (each) => {
      for (const text of await told(each)) expect(text).toMatch(/^manifests(\/a\.yaml:\d+|: no manifest)/);
    }),
    { numRuns: 400 },
  );
});

test('a prototype is not changed by any of them', () => expect(Object.keys(Object.prototype)).toEqual([]));
