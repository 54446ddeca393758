import { describe, expect, test } from '@jest/globals';
import type { BilledItem } from '../../src/infra/billed';
import { fixed } from '../../src/infra/charges';
import { costOf } from '../../src/infra/cost';
import type { PlanSummary } from '../../src/infra/plan';
import { renderComment } from '../../src/report/comment';
import { makeReport } from '../../src/report/report';
import { renderSummary } from '../../src/report/summary';
import { aFailure } from '../support/failure';
import { aPlan, aPlanChange } from '../support/infra';
import { PRICES } from '../support/prices';
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

const ROLLS = { workload: 'Deployment/a/b', effect: 'rolls', downtime: 'none', reason: '2 pods' } as const;
const MORE = costOf([volume(undefined, 10)], PRICES);
const LESS = costOf([volume(10, undefined)], PRICES);

function volume(now: number | undefined, after: number | undefined): BilledItem {
  const charge = (size: number | undefined): BilledItem['now'] =>
    size === undefined ? undefined : fixed('volumes/types', 'volume', 'us-east', size, `${size} GB`);
  return { name: 'linode_volume.a', now: charge(now), after: charge(after) };
}

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
    [0, 0, 'nothing'],
    [1, 0, '1 Linode resource'],
    [2, 0, '2 Linode resources'],
  ])('%d resources and %d objects', (resources, written, expected) => {
    const image = skipped('image is never');
    const title = titleOf({
      ...{ image, infra: succeeded(planOf(resources)) },
      manifests: succeeded(objects(written)),
    });
    expect(title).toBe(`### ✅ Merging this changes ${expected}`);
  });

  test.each<[string, Parameters<typeof aPreview>[0], string]>([
    ['a new image alone', {}, '✅ Merging this builds a new image'],
    [
      'all that can change',
      {
        infra: succeeded(planOf(2)),
        manifests: succeeded({ ...objects(3), forecasts: [ROLLS] }),
        cost: MORE,
      },
      '✅ Merging this builds a new image, changes 2 Linode resources, writes 3 Kubernetes objects, rolls out 1 workload and costs 1.00 USD a month more',
    ],
    [
      'downtime',
      { manifests: succeeded({ ...objects(1), forecasts: [ROLLS, { ...ROLLS, downtime: 'expected' }] }) },
      '⚠️ Merging this builds a new image, writes 1 Kubernetes object and rolls out 2 workloads with downtime',
    ],
    [
      'what is deleted',
      { manifests: succeeded({ changes: [anObject('Service/a/b', { action: 'pruned' })], workloads: [] }) },
      '✅ Merging this builds a new image and deletes 1 Kubernetes object',
    ],
    [
      'a workload that ends',
      {
        manifests: succeeded({
          ...objects(0),
          forecasts: [{ ...ROLLS, effect: 'ends', downtime: 'expected' }],
        }),
      },
      '⚠️ Merging this builds a new image and ends 1 workload',
    ],
    ['what costs less', { cost: LESS }, '✅ Merging this builds a new image and saves 1.00 USD a month'],
    [
      'an image that is there already',
      { image: aResult().image, comparison: { before: 'main', difference: 'x' } },
      '✅ Merging this deploys an image that is built already',
    ],
    ['the image that runs', { image: aResult().image }, '✅ Merging this changes nothing'],
  ])('of %s', (_, given, expected) => expect(titleOf(given)).toBe(`### ${expected}`));

  test('asks for care where there is a warning', () => {
    const warnings = [{ step: 'manifests', text: 'x' }] as const;
    const text = renderComment(makeReport(preview, aPreview(), warnings));
    expect(text.split('\n')[1]).toBe('### ⚠️ Merging this builds a new image');
    expect(text).toContain('#### Warnings\n\n- ⚠️ Manifests: x\n');
  });

  test('of a preview that fails', () => {
    const image = failed('image', aFailure('image-build-failed').details);
    expect(titleOf({ image })).toBe('### ❌ Merging this cannot be previewed: it would fail');
  });
});

test('a summary says what failed before all else, and that nothing was changed', () => {
  const image = failed('image', aFailure('image-build-failed', 'no Dockerfile').details);
  const infra = skipped('infra is never');
  const text = renderSummary(makeReport(aSettings(), aResult({ image, infra })));
  const [title = '', first = ''] = text.split('\n\n');
  expect(title).toBe('### ❌ deploy of acme/wpp-bot (production)');
  expect(first).toBe('**Image failed** (`image-build-failed`): no Dockerfile');
  expect(text).toContain('Nothing had been changed before that.');
  expect(text).toContain('| ⏭️ Infrastructure | not run: infra is never |  |');
});
