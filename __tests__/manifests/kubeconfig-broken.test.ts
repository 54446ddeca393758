import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readKubeconfig } from '../../src/manifests/kubeconfig';
import { brokenKubeconfigs } from '../fixtures/broken-kubeconfigs';
import { makePair } from '../support/certificates';
import { KUBECONFIG_TOKEN, kubeconfigText } from '../support/kubeconfig';

const NOW = Date.now() + 60_000;
const [one, other] = [makePair('one', 300), makePair('other', 300)];
const broken = brokenKubeconfigs(one, other, NOW);

/** Whether two texts have a run of characters in common that is long enough to be a part of a secret. */
function share(text: string, secret: string, length = 12): boolean {
  return Array.from({ length: Math.max(0, secret.length - length + 1) }, (_, at) =>
    secret.slice(at, at + length),
  ).some((part) => text.includes(part));
}

describe('each says what is wrong, and shows nothing secret', () => {
  const secrets = [
    KUBECONFIG_TOKEN,
    'hunter2',
    ...[one, other].flatMap(({ certificate, key, lockedKey }) =>
      [certificate, key, lockedKey].flatMap((pem) => [
        pem.split('\n').slice(1, -2).join(''),
        Buffer.from(pem).toString('base64').slice(60),
      ]),
    ),
  ];

  test.each(broken.map((row) => [row.name, row] as const))('%s', (_, { given, says, rules }) => {
    const read = readKubeconfig(given, { now: NOW, ...rules });
    expect(read).toEqual(expect.stringMatching(says));
    const said = read as string;
    expect(said).toMatch(/: |; /);
    expect(said).not.toMatch(/\n|[.:;]$|\bat \/|Error/);
    for (const secret of secrets) expect(share(said, secret, Math.min(12, secret.length))).toBe(false);
    for (const content of ['example.com', 'Sign in', '/home/']) expect(said).not.toContain(content);
  });

  test('they are many and all different', () => {
    expect(new Set(broken.map(({ name }) => name)).size).toBe(broken.length);
    expect(broken.length).toBeGreaterThanOrEqual(100);
  });
});

describe('no text makes it throw', () => {
  const lines = kubeconfigText().split('\n');
  const damaged = fc
    .array(fc.tuple(fc.nat(lines.length), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 4 })
    .map((cuts) =>
      cuts
        .reduce((now: string[], [at, put]) => [...now.slice(0, at), put, ...now.slice(at + 1)], [...lines])
        .join('\n'),
    );
  const pieces = fc
    .array(
      fc.constantFrom(
        ...[
          'apiVersion: v1\n',
          'clusters:',
          '\n  - name: a\n',
          '{',
          '}',
          '[',
          '"',
          "'",
          '&a ',
          '*a',
          '|\n',
          '!!',
        ],
        ...[
          'KUBE_CONFIG=',
          'data:;base64,',
          '```\n',
          '\\n',
          '\t',
          '%',
          '=',
          '\uFEFF',
          'YXBp',
          '-----BEGIN X-----\n',
          '<<: ',
        ],
      ),
      { maxLength: 25 },
    )
    .map((parts) => parts.join(''));
  const encoded = (content: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    content.map((value) => Buffer.from(value).toString('base64'));

  test.each([
    ['any text', fc.string({ unit: 'binary', maxLength: 200 })],
    ['its base64', encoded(fc.string({ unit: 'binary', maxLength: 200 }))],
    [
      'any bytes in base64',
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    ],
    ['pieces', pieces],
    ['pieces in base64', encoded(pieces)],
    ['a damaged kubeconfig', damaged],
    ['JSON', fc.json()],
    [
      'JSON in the place of each field',
      fc
        .record({
          clusters: fc.jsonValue(),
          users: fc.jsonValue(),
          contexts: fc.jsonValue(),
          'current-context': fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    ],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, fc.boolean(), (given, allowExec) => {
        const read = readKubeconfig(given, { now: NOW, allowExec });
        expect(typeof read === 'string' ? read : read.server).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });

  test('cut at any place, as it is and in base64, it is never taken for another', () => {
    const whole = readKubeconfig(kubeconfigText(), { now: NOW });
    const base64 = Buffer.from(kubeconfigText()).toString('base64');
    for (const text of [kubeconfigText(), base64]) {
      for (let length = 0; length < text.length - 5; length += 1) {
        const read = readKubeconfig(text.slice(0, length), { now: NOW });
        if (typeof read !== 'string') expect(read).toEqual(whole);
      }
    }
  });
});
