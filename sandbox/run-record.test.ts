import { expect, test } from '@jest/globals';
import { readRecords } from './run-record.ts';

const step = { job: 'Deploy/deploy ', stepID: ['deploy'], level: 'info' };

test('collects outputs, summary, annotations and the end of each job', () => {
  const output = [
    { ...step, msg: 'node says hello\n', raw_output: true },
    { ...step, msg: '::set-output:: tag=v1', command: 'set-output', name: 'tag', arg: 'v1' },
    { ...step, msg: 'Summary - # One', command: 'summary', content: '# One\n' },
    { ...step, msg: 'Summary - # Two', command: 'summary', content: '# Two\n' },
    { ...step, msg: '::warning::careful', command: 'warning', arg: 'careful', kvPairs: { title: 'Plan' } },
    { ...step, msg: 'Job failed', jobResult: 'failure' },
  ];
  const record = readRecords(output.map((line) => JSON.stringify(line)).join('\n'));
  expect(record.log).toContain('[Deploy/deploy]   | node says hello\n');
  expect(record).toMatchObject({
    outputs: { deploy: { tag: 'v1' } },
    summary: '# One\n# Two\n',
    annotations: [{ level: 'warning', title: 'Plan', message: 'careful' }],
    jobs: { 'Deploy/deploy': 'failure' },
  });
});

test('keeps what is not JSON, such as an invalid workflow, in the log', () => {
  expect(readRecords('Error: workflow is not valid\n').log).toBe('Error: workflow is not valid');
});
