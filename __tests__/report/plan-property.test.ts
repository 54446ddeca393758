import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPlan } from '../../src/infra/plan';
import { renderComment } from '../../src/report/comment';
import { makeReport } from '../../src/report/report';
import { renderSummary } from '../../src/report/summary';
import { isWellFormed } from '../support/markdown';
import { anInfraResult, aPreview, succeeded } from '../support/results';
import { aSettings } from '../support/settings';

const SIGNS = [
  '`',
  '```',
  '~~~',
  '\n',
  '\r',
  '|',
  '</details>',
  '<details>',
  '<!--',
  '-->',
  '@',
  '#1',
  '🚀',
  'a',
];
const nasty = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...SIGNS), maxLength: 60 }));
const actions = fc.array(
  fc.oneof(fc.constantFrom('no-op', 'read', 'create', 'update', 'delete', 'forget', 'open'), nasty),
  { maxLength: 3 },
);
const side = fc.option(fc.dictionary(nasty, fc.oneof(nasty, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 4 }));
const mark = fc.oneof(fc.boolean(), fc.dictionary(nasty, fc.boolean(), { maxKeys: 2 }));
const entry = fc.record(
  {
    address: nasty,
    type: fc.oneof(fc.constantFrom('linode_lke_cluster', 'linode_volume', 'linode_firewall'), nasty),
    action_reason: nasty,
    previous_address: nasty,
    deposed: nasty,
    change: fc.record({
      actions,
      before: side,
      after: side,
      after_unknown: mark,
      before_sensitive: mark,
      after_sensitive: mark,
      replace_paths: fc.array(fc.array(fc.oneof(nasty, fc.nat())), { maxLength: 2 }),
      importing: fc.option(fc.record({ id: nasty }), { nil: undefined }),
    }),
  },
  { requiredKeys: ['address', 'type', 'change'] },
);
const problem = fc.record({
  address: fc.record({ to_display: nasty }),
  status: fc.constantFrom('fail', 'error', 'pass'),
  problems: fc.array(fc.record({ message: nasty }), { maxLength: 2 }),
});
const plans = fc.record({
  resource_changes: fc.array(entry, { maxLength: 6 }),
  resource_drift: fc.array(entry, { maxLength: 2 }),
  output_changes: fc.dictionary(nasty, fc.record({ actions }), { maxKeys: 2 }),
  checks: fc.array(fc.record({ instances: fc.array(problem, { maxLength: 2 }) }), { maxLength: 2 }),
  deferred_changes: fc.array(fc.record({ reason: nasty, resource_change: entry }), { maxLength: 2 }),
  action_invocations: fc.array(fc.record({ address: nasty }), { maxLength: 2 }),
  complete: fc.boolean(),
});

test('whatever a plan says and however often, comment and summary are well-formed and not too long', () => {
  fc.assert(
    fc.property(plans, fc.constantFrom(1, 1, 1, 1, 200), (plan, times) => {
      const resource_changes = Array.from({ length: times }, () => plan.resource_changes).flat();
      const infra = succeeded(
        anInfraResult({ changed: true, plan: readPlan({ ...plan, resource_changes }) }),
      );
      const report = makeReport(aSettings({ command: 'preview' }), aPreview({ infra }));
      for (const [text, most] of [
        [renderComment(report), 65_536],
        [renderSummary(report), 1_048_576],
      ] as const) {
        expect(isWellFormed(text)).toBe(true);
        expect(Buffer.byteLength(text)).toBeLessThan(most);
      }
    }),
  );
});
