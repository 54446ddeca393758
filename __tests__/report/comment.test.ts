import { describe, expect, test } from '@jest/globals';
import type { PlanSummary } from '../../src/infra/plan';
import { renderComment } from '../../src/report/comment';
import { makeReport } from '../../src/report/report';
import { renderSummary } from '../../src/report/summary';
import { aFailure } from '../support/failure';
import { aPlan, aPlanChange } from '../support/infra';
import { anInfraResult, anObject, aPreview, aResult, failed, skipped, succeeded } from '../support/results';
import { aSettings } from '../support/settings';

const preview = aSettings({ command: 'preview' });
const RENDERED = [
  ['comment', renderComment],
  ['summary', renderSummary],
] as const;

describe.each(RENDERED)('%s', (_, render) => {
  const withPlan = (plan: PlanSummary): string =>
    render(makeReport(preview, aPreview({ infra: succeeded(anInfraResult({ changed: true, plan })) })));

  test('has the plan where a resource or only an output changes', () => {
    const [change, output] = [[aPlanChange()], ['host']];
    expect(withPlan(aPlan({ changes: change, outputsChanged: output }))).toContain(
      '**create** `linode_volume.data`',
    );
    expect(withPlan(aPlan({ outputsChanged: output }))).toContain('output `host`');
    expect(withPlan(aPlan())).not.toContain('Infrastructure\n');
  });

  test('has no objects where none changes', () => {
    const changes = [anObject('Service/a/b', { action: 'unchanged' })];
    const text = render(makeReport(preview, aPreview({ manifests: succeeded({ changes, workloads: [] }) })));
    expect(text).not.toContain('<details>');
  });

  test('tells what was done before a failure, and after a success does not', () => {
    const image = aResult().image;
    const done = { ...image, did: ['pushed it'] } as typeof image;
    const failure = failed('manifests', aFailure('manifest-refused').details);
    expect(render(makeReport(aSettings(), aResult({ image: done })))).not.toContain('pushed it');
    expect(render(makeReport(aSettings(), aResult({ image: done, manifests: failure })))).toContain(
      'image: pushed it',
    );
  });

  test('cuts a very long value, and says so', () => {
    const fields = [{ path: 'data.x', before: undefined, after: `"${'v'.repeat(5_000)}"` }];
    const changes = [anObject('ConfigMap/a/b', { action: 'configured', fields })];
    const text = render(makeReport(preview, aPreview({ manifests: succeeded({ changes, workloads: [] }) })));
    expect(text).toContain('v…');
    expect(text.length).toBeLessThan(2_000);
  });
});

describe('the title of a comment', () => {
  const titleOf = (...given: Parameters<typeof aPreview>): string =>
    renderComment(makeReport(preview, aPreview(...given))).split('\n')[1] ?? '';
  const planOf = (count: number): ReturnType<typeof anInfraResult> =>
    anInfraResult({
      plan: aPlan({ changes: Array.from({ length: count }, () => aPlanChange()) }),
    });
  const objects = (count: number): { changes: ReturnType<typeof anObject>[]; workloads: [] } => ({
    changes: [
      anObject('Service/a/same', { action: 'unchanged' }),
      ...Array.from({ length: count }, (_, index) => anObject(`Service/a/${index}`)),
    ],
    workloads: [],
  });

  test.each([
    [0, 0, 'changes no infrastructure and no Kubernetes object'],
    [1, 0, 'changes 1 Linode resource'],
    [2, 0, 'changes 2 Linode resources'],
    [0, 1, 'writes 1 Kubernetes object'],
    [2, 3, 'changes 2 Linode resources and writes 3 Kubernetes objects'],
  ])('%d resources and %d objects', (resources, written, expected) => {
    const title = titleOf({ infra: succeeded(planOf(resources)), manifests: succeeded(objects(written)) });
    expect(title).toBe(`### Merging this ${expected}`);
  });

  test('of a preview that fails', () => {
    const image = failed('image', aFailure('image-build-failed').details);
    expect(titleOf({ image })).toBe('### Merging this cannot be previewed: it would fail');
  });
});

test('a summary says what failed before all else, and that nothing was changed', () => {
  const image = failed('image', aFailure('image-build-failed', 'no Dockerfile').details);
  const infra = skipped('infra is never');
  const text = renderSummary(makeReport(aSettings(), aResult({ image, infra })));
  const [title = '', first = ''] = text.split('\n\n');
  expect(title).toBe('### ❌ deploy of acme/wpp-bot to production');
  expect(first).toBe('**Image failed** (`image-build-failed`): no Dockerfile');
  expect(text).toContain('Nothing had been changed before that.');
  expect(text).toContain('| ⏭️ Infrastructure | not run: infra is never |  |');
});
