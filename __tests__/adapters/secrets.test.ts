import { expect, test } from '@jest/globals';
import { Secrets } from '../../src/adapters/secrets';

test('what was added is taken out of every text from then on, and of data', () => {
  const secrets = new Secrets();
  expect(secrets.redact('hunter2-x')).toBe('hunter2-x');
  secrets.add('hunter2-x');
  secrets.add('second-secret');
  expect(secrets.redact('a hunter2-x b second-secret')).toBe('a *** b ***');
  const data = { list: ['hunter2-x', 7, null], map: { text: 'second-secret' }, flag: true, none: undefined };
  expect(secrets.redact(data)).toEqual({
    list: ['***', 7, null],
    map: { text: '***' },
    flag: true,
    none: undefined,
  });
});

test('each line of a secret counts by itself', () => {
  const secrets = new Secrets();
  secrets.add('first-line-1\nsecond-line-2');
  expect(secrets.redact('only second-line-2')).toBe('only ***');
});

test.each(['', '   ', 'abc'])('%j is too short to be one', (text) => {
  const secrets = new Secrets();
  secrets.add(text);
  expect(secrets.redact('abc   def')).toBe('abc   def');
});
