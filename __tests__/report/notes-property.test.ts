import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Forecast } from '../../src/manifests/forecast';
import { renderComment } from '../../src/report/comment';
import { makeReport, type Warning } from '../../src/report/report';
import { renderSummary } from '../../src/report/summary';
import { strayMarkup } from '../support/gfm';
import { isWellFormed } from '../support/markdown';
import { anObject, aPreview, succeeded } from '../support/results';
import { aSettings, DIGEST, IMAGE, SHA } from '../support/settings';

const SIGNS = ['`', '```', '~~~', '\n', '|', '</details>', '<details>', '-->', '@a', '#1', '🚀', 'a'];
const nasty = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...SIGNS), maxLength: 900 }));
const forecast: fc.Arbitrary<Forecast> = fc.record({
  workload: nasty,
  effect: fc.constantFrom('starts', 'rolls', 'scales', 'runs', 'ends'),
  downtime: fc.constantFrom('none', 'possible', 'expected'),
  reason: nasty,
});
const warning: fc.Arbitrary<Warning> = fc.record({
  step: fc.constantFrom('image', 'infra', 'manifests', 'rollout'),
  text: nasty,
});
const layer = fc.record({ digest: nasty, bytes: fc.nat(), instruction: nasty });
const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc
    .tuple(fc.array(item, { maxLength: 4 }), fc.constantFrom(1, 1, 1, 2_500))
    .map(([items, times]) => Array.from({ length: times }, () => items).flat());

test('whatever is told of pods, warnings, layers and objects and however often, it is well-formed and not too long', () => {
  const all = [few(forecast), few(warning), few(layer), few(nasty)] as const;
  fc.assert(
    fc.property(...all, (forecasts, warnings, fresh, notes) => {
      const changes = notes.map((note) => anObject(note, { unchecked: true, note }));
      const difference = { bytes: 1, bytesBefore: 2, layers: fresh.length, fresh };
      const result = aPreview({
        image: succeeded({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: false }),
        manifests: succeeded({ changes, workloads: [], forecasts }),
        comparison: { before: 'main', difference },
      });
      const report = makeReport(aSettings({ command: 'preview' }), result, warnings);
      expect(strayMarkup(renderComment(report))).toEqual([]);
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
