import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StepName } from '../../src/errors';
import type { StepReport } from '../../src/report/report';
import { STEP_TITLES } from '../../src/report/step-titles';
import { timelineSection } from '../../src/report/timeline';
import { isWellFormed } from '../support/markdown';

type Spans = readonly (readonly [start: number, end: number])[];

function aStep(step: StepName, ...spans: Spans): StepReport {
  return {
    ...{ step, status: 'succeeded', headline: 'x:#;%%\n', did: [], seconds: 1 },
    spans: spans.map(([start, end]) => ({ start, end })),
  };
}

test('steps side by side, and those that the end waited for', () => {
  const steps = [
    aStep('image', [1.2, 63.4]),
    aStep('infra', [0, 1.2], [1.2, 253.25]),
    aStep('manifests', [253.25, 255]),
    aStep('rollout', [255, 275]),
  ];
  expect(timelineSection(steps)).toEqual([
    [
      '```mermaid',
      '%%{init: {"gantt": {"leftPadding": 110}}}%%',
      'gantt',
      'dateFormat YYYY-MM-DDTHH:mm:ss.SSS',
      'axisFormat %M:%S',
      'todayMarker off',
      'section Image',
      '1 min 2 s :done, 1970-01-01T00:00:01.200, 1970-01-01T00:01:03.400',
      'section Infrastructure',
      '1.2 s :1970-01-01T00:00:00.000, 1970-01-01T00:00:01.200',
      '4 min 12 s :1970-01-01T00:00:01.200, 1970-01-01T00:04:13.250',
      'section Manifests',
      '1.8 s :1970-01-01T00:04:13.250, 1970-01-01T00:04:15.000',
      'section Rollout',
      '20.0 s :1970-01-01T00:04:15.000, 1970-01-01T00:04:35.000',
      '```',
      '',
      'Longest path, 4 min 35 s: Infrastructure → Manifests → Rollout',
    ].join('\n'),
  ]);
});

describe('the longest path', () => {
  test.each<[string, readonly StepReport[], string]>([
    [
      'by way of the image, where that takes longer',
      [aStep('image', [1, 30]), aStep('infra', [0, 1], [1, 20]), aStep('manifests', [30, 31])],
      '31.0 s: Infrastructure → Image → Manifests',
    ],
    [
      'ends with the step that failed last',
      [aStep('image', [0, 40]), aStep('infra', [0, 50])],
      '50.0 s: Infrastructure',
    ],
    [
      'goes back to a step that has two parts',
      [aStep('infra', [0, 5], [20, 60]), aStep('manifests', [5, 20]), aStep('leftovers', [60, 61])],
      '1 min 1 s: Infrastructure → Manifests → Infrastructure → What stays',
    ],
    [
      'takes steps of no time',
      [aStep('manifests', [0, 12]), aStep('rollout', [12, 12])],
      '12.0 s: Manifests',
    ],
  ])('%s', (_, steps, expected) => {
    expect(timelineSection(steps)[0]).toMatch(new RegExp(`\nLongest path, ${expected}$`));
  });
});

test('what failed is red in the part in which it did', () => {
  const infra: StepReport = { ...aStep('infra', [0, 1], [1, 50]), status: 'failed' };
  const [text = ''] = timelineSection([aStep('image', [1, 20]), infra]);
  expect(text.match(/^.* :(?:done|crit), .*$/gm)).toEqual([
    '19.0 s :done, 1970-01-01T00:00:01.000, 1970-01-01T00:00:20.000',
    '49.0 s :crit, 1970-01-01T00:00:01.000, 1970-01-01T00:00:50.000',
  ]);
});

test.each<[string, readonly StepReport[]]>([
  ['of no step', []],
  ['of one step', [aStep('image', [0, 60]), aStep('rollout')]],
  ['of less than ten seconds', [aStep('image', [0, 5]), aStep('rollout', [5, 9.9])]],
  ['of a day', [aStep('image', [0, 86_000]), aStep('rollout', [86_000, 86_400])]],
])('no timeline of a run %s', (_, steps) => {
  expect(timelineSection(steps)).toEqual([]);
});

test('a run of hours has hours on its axis', () => {
  const steps = [aStep('infra', [0, 3_600]), aStep('rollout', [3_600, 4_000])];
  expect(timelineSection(steps)[0]).toContain('\naxisFormat %H:%M:%S\n');
});

test('whatever the times, each line is one that Mermaid knows, and no text of a step gets in', () => {
  const titles = Object.values(STEP_TITLES).join('|');
  expect(titles).toMatch(/^[A-Za-z |]+$/);
  const date = String.raw`1970-01-01T\d\d:\d\d:\d\d\.\d{3}`;
  const line = new RegExp(
    `^(section (${titles})|\\d+(\\.\\d| min \\d+) s :((crit|done), )?${date}, ${date})$`,
  );
  const time = fc.double({ min: 0, max: 80_000, noNaN: true });
  const span = fc
    .tuple(time, time)
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);
  const names = fc.constantFrom(...(Object.keys(STEP_TITLES) as StepName[]));
  const steps = fc.array(fc.tuple(names, fc.array(span, { maxLength: 3 })), { maxLength: 6 });
  fc.assert(
    fc.property(steps, (given) => {
      for (const text of timelineSection(given.map(([step, spans]) => aStep(step, ...spans)))) {
        expect(isWellFormed(text)).toBe(true);
        const [, chart = '', path] =
          /^```mermaid\n.*\ngantt\n(?:.*\n){3}([\s\S]*)\n```\n\n(.*)$/.exec(text) ?? [];
        for (const row of chart.split('\n')) expect(row).toMatch(line);
        expect(path).toMatch(new RegExp(`^Longest path, .* s: (${titles})( → (${titles}))*$`));
      }
    }),
  );
});
