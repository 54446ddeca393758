import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RunLog } from '../../src/adapters/run-log';
import { Secrets } from '../../src/adapters/secrets';

const write = process.stdout.write.bind(process.stdout);
let written: string[];
let secrets: Secrets;
beforeEach(() => {
  written = [];
  secrets = new Secrets();
  process.stdout.write = (chunk) => written.push(String(chunk)) > 0;
  secrets.add('hunter2-x');
  written = [];
});
afterEach(() => {
  process.stdout.write = write;
});
const lines = (): readonly string[] => written.map((line) => line.trimEnd());

describe('the log of a step', () => {
  test('names the step in each line; redacted, inert, and no empty lines', () => {
    const log = new RunLog(secrets).of('infra');
    for (const line of ['is hunter2-x', ' ', '##[error]x', '::error::y']) log.info(line);
    log.warning('of hunter2-x');
    log.group('all', ['::warning::hunter2-x']);
    const [secret, old, command, warning, ...others] = lines();
    expect(secret).toBe('infra     │ is ***');
    expect(old).not.toContain('##[');
    expect(command).toMatch(/^infra {5}│ /);
    expect(warning).toBe('::warning::infra: of ***');
    expect(others).toEqual([
      '::group::infra: all',
      expect.stringMatching(/^:[^:]:warning::\*\*\*$/u),
      '::endgroup::',
    ]);
  });

  test('tells a warning once, and keeps it for the report without a secret', () => {
    const log = new RunLog(secrets);
    for (const step of ['infra', 'infra', 'image'] as const) log.of(step).warning('of hunter2-x');
    expect(lines()).toEqual(['::warning::infra: of ***', '::warning::image: of ***']);
    expect(log.warnings).toEqual([
      { step: 'infra', text: 'of ***' },
      { step: 'image', text: 'of ***' },
    ]);
  });
});

describe('the groups of the log', () => {
  test('have what ran at the same time, and end where a step ends, with how it ended', () => {
    const log = new RunLog(secrets);
    const say = (step: 'image' | 'infra', line: string): void => log.of(step).info(line);
    log.of('report').info('before');
    log.begin('image');
    say('image', 'alone');
    log.begin('infra');
    say('infra', 'beside');
    say('image', 'beside');
    log.of('image').group('log of docker build', ['#1 done']);
    say('infra', 'after the log');
    log.end('image', '✅ image: 1.0 s');
    say('infra', 'left');
    log.of('infra').warning('seen by all');
    say('infra', 'goes on');
    log.end('infra', '❌ infra: 2.0 s');
    log.of('report').info('after');
    expect(lines()).toEqual([
      'report    │ before',
      ...['::group::image', 'image     │ alone', '::endgroup::'],
      ...['::group::image and infra', 'infra     │ beside', 'image     │ beside', '::endgroup::'],
      ...['::group::image: log of docker build', '#1 done', '::endgroup::'],
      ...['::group::image and infra', 'infra     │ after the log', '::endgroup::', '✅ image: 1.0 s'],
      ...['::group::infra', 'infra     │ left', '::endgroup::', '::warning::infra: seen by all'],
      ...['::group::infra', 'infra     │ goes on', '::endgroup::', '❌ infra: 2.0 s'],
      'report    │ after',
    ]);
  });

  test('are none of a step that says nothing', () => {
    const log = new RunLog(secrets);
    log.begin('rollout');
    log.end('rollout', '✅ rollout: 0.1 s');
    expect(lines()).toEqual(['✅ rollout: 0.1 s']);
  });
});

describe('annotations', () => {
  const warned = (count: number): readonly string[] => {
    const log = new RunLog(secrets);
    for (let index = 1; index <= count; index += 1) log.of('manifests').warning(`number ${index}`);
    log.close();
    expect(log.warnings).toHaveLength(count);
    return lines();
  };

  test.each([
    [0, 0],
    [1, 1],
    [9, 9],
    [10, 10],
    [200, 10],
  ])('%d warnings are %d annotations, since GitHub drops what is over ten of a step', (count, expected) => {
    const annotations = warned(count).filter((line) => line.startsWith('::warning::'));
    expect(annotations).toHaveLength(expected);
  });

  test('those that are none stand in the log, and the last says how many', () => {
    const all = warned(12);
    expect(all).toContain('manifests │ warning: number 12');
    expect(all.at(-1)).toBe('::warning::3 more warnings are in the log and in the job summary');
  });
});
