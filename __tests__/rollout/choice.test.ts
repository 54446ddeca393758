import { describe, expect, test } from '@jest/globals';
import { DeployError } from '../../src/errors';
import type { ObjectKey } from '../../src/ports';
import { checkChoices, chosen, parseChoice, type Choice } from '../../src/rollout/choice';

const key = (kind: string, name: string): ObjectKey => ({
  type: { apiVersion: 'apps/v1', kind, plural: `${kind.toLowerCase()}s`, namespaced: true },
  namespace: 'ns',
  name,
});
const KEYS = [key('Deployment', 'bot'), key('StatefulSet', 'bot'), key('Job', 'migrate')];
const choices = (...lines: readonly string[]): readonly Choice[] =>
  lines.flatMap((line) => parseChoice(line) ?? []);

test.each<[string, Choice | undefined]>([
  ['bot', { kind: undefined, name: 'bot' }],
  ['deployment/bot', { kind: 'Deployment', name: 'bot' }],
  ['Deployment/bot', { kind: 'Deployment', name: 'bot' }],
  ['deploy/bot', { kind: 'Deployment', name: 'bot' }],
  ['statefulsets/my.db-0', { kind: 'StatefulSet', name: 'my.db-0' }],
  ['ds/a', { kind: 'DaemonSet', name: 'a' }],
  ['job/a', { kind: 'Job', name: 'a' }],
  ['pod/a', undefined],
  ['constructor/a', undefined],
  ['deployment/', undefined],
  ['/bot', undefined],
  ['ns/deployment/bot', undefined],
  ['Bot', undefined],
  ['bot, other', undefined],
])('%s', (line, expected) => expect(parseChoice(line)).toEqual(expected));

describe('of the workloads', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['all without a choice', [], ['Deployment/bot', 'StatefulSet/bot', 'Job/migrate']],
    ['every kind of a name', ['bot'], ['Deployment/bot', 'StatefulSet/bot']],
    ['one kind', ['sts/bot'], ['StatefulSet/bot']],
    ['several', ['deployment/bot', 'migrate'], ['Deployment/bot', 'Job/migrate']],
  ])('%s', (_, lines, expected) => {
    const workloads = chosen(
      choices(...lines),
      KEYS.map((each) => ({ key: each })),
    );
    expect(workloads.map(({ key: { type, name } }) => `${type.kind}/${name}`)).toEqual(expected);
  });
});

test('a choice that the manifests have is right', () => {
  expect(() => checkChoices(choices('bot', 'job/migrate'), KEYS)).not.toThrow();
});

test.each<[readonly ObjectKey[], string]>([
  [KEYS, 'They have: Deployment/bot, StatefulSet/bot, Job/migrate.'],
  [[], 'Leave it out: the manifests have no workload.'],
])('all that they have not are told, with what there is', (keys, advice) => {
  const check = (): void => checkChoices(choices('worker', 'ds/bot'), keys);
  expect(check).toThrow(DeployError);
  expect(check).toThrow(
    expect.objectContaining({
      details: {
        code: 'input-invalid',
        cause: 'workloads names worker, DaemonSet/bot, which the manifests do not have',
        advice,
      },
    }),
  );
});
