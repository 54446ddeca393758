import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  commentMarker,
  formatRecord,
  isShownAt,
  readRecord,
  showPlan,
  type CommentRecord,
} from '../src/comment-record';
import { keyedDigest, type KeyedDigest } from '../src/keyed-digest';

const HEAD = 'a'.repeat(40);
const WHERE = { environment: 'production', pullRequest: 7, head: HEAD };
const RECORD: CommentRecord = { head: HEAD, run: 4711, attempt: 2, plan: undefined };

let digest: KeyedDigest;
beforeAll(async () => {
  digest = await keyedDigest('state-secret');
});

const comment = (line: string): string => `${commentMarker('production')}\n${line}\n### Title`;

test('every record is read back from the second line, in one line that nobody sees', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{16}$/);
  const plan = fc.option(fc.record({ digests: fc.array(hex), seal: hex }), { nil: undefined });
  const records = fc.record({ head: fc.constant(HEAD), run: fc.nat(), attempt: fc.nat(), plan });
  fc.assert(
    fc.property(records, (record) => {
      const line = formatRecord(record);
      expect(line).toMatch(/^<!--[^<>\n]*-->$/);
      expect(readRecord(comment(line))).toEqual(record);
    }),
  );
});

test('a record of as many changes as have digests of their own is short', () => {
  const digests = Array.from({ length: 600 }, () => 'f'.repeat(16));
  expect(formatRecord({ ...RECORD, plan: { digests, seal: 'f'.repeat(64) } }).length).toBeLessThan(20_000);
});

test.each<[string, string]>([
  ['on another line', comment(`text\n${formatRecord(RECORD)}`)],
  ['quoted', comment(`> ${formatRecord(RECORD)}`)],
  ['that is no JSON', comment('<!-- wpp-deploy-action run {"head" -->')],
  ['in a comment of a line', commentMarker('production')],
])('a record %s is none', (_, body) => {
  expect(readRecord(body)).toBeUndefined();
});

test('lines may end as on Windows', () => {
  expect(readRecord(comment(formatRecord(RECORD)).replaceAll('\n', '\r\n'))).toEqual(RECORD);
});

describe('a seal', () => {
  test.each<[string, object, readonly string[], boolean]>([
    ['is good where it was made', {}, ['one', 'two'], true],
    ['of another environment is not', { environment: 'staging' }, ['one', 'two'], false],
    ['of another pull request is not', { pullRequest: 8 }, ['one', 'two'], false],
    ['of another commit is not', { head: 'b'.repeat(40) }, ['one', 'two'], false],
    ['does not cover what was added', {}, ['one', 'two', 'three'], false],
    ['does not cover what was joined', {}, ['one","two'], false],
  ])('%s', async (_, where, digests, expected) => {
    const { seal } = await showPlan(
      new Map([
        ['a', 'one'],
        ['b', 'two'],
      ]),
      WHERE,
      digest,
    );
    expect(await isShownAt({ digests, seal }, { ...WHERE, ...where }, digest)).toBe(expected);
  });

  test('of another key is not good', async () => {
    const plan = await showPlan(new Map(), WHERE, await keyedDigest('another'));
    expect(await isShownAt(plan, WHERE, digest)).toBe(false);
  });
});
