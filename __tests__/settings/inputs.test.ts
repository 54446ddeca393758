import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InputReader } from '../../src/settings/inputs';

const reader = (value: string): InputReader => new InputReader({ it: value });

describe('text', () => {
  test.each([
    ['', undefined],
    [' \n\t', undefined],
    ['  a b \n', 'a b'],
  ])('%j is %j', (given, expected) => expect(reader(given).text('it')).toBe(expected));

  test('an input that is not given is undefined', () => {
    expect(new InputReader({}).text('it')).toBeUndefined();
  });
});

describe('choice and flag', () => {
  test.each(['Auto', 'auto always', 'x'])('refuses %j and names what is allowed', (given) => {
    const inputs = reader(given);
    expect(inputs.choice('it', ['auto', 'never'], 'never')).toBe('auto');
    expect(inputs.problems).toEqual([`it is ${JSON.stringify(given)}, but must be one of: auto, never`]);
  });

  test('takes an allowed word and falls back where nothing is given', () => {
    expect(reader(' never ').choice('it', ['auto', 'never'], 'auto')).toBe('never');
    expect(reader('').choice('it', ['auto', 'never'], 'never')).toBe('never');
  });

  test.each(['True', 'yes', '1', 'on', 'FALSE'])('a flag is not %j', (given) => {
    const inputs = reader(given);
    inputs.flag('it', false);
    expect(inputs.problems).toEqual([`it is "${given}", but must be one of: true, false`]);
  });

  test.each([
    ['true', false, true],
    ['false', true, false],
    ['', true, true],
    ['', false, false],
  ])('flag %j with fallback %j is %j', (given, fallback, expected) => {
    expect(reader(given).flag('it', fallback)).toBe(expected);
  });
});

describe('lines and pairs', () => {
  test('lines are trimmed, empty ones left out, whatever ends them', () => {
    expect(reader(' a \r\n\r\n b\n\n').lines('it')).toEqual(['a', 'b']);
  });

  test('pairs split at the first equals sign only', () => {
    expect(reader('bucket = b\nkey=a=b\nempty=').pairs('it')).toEqual({ bucket: 'b', key: 'a=b', empty: '' });
  });

  test.each(['no sign', '=value'])('the line %j is a fault', (line) => {
    const inputs = reader(`a=b\n${line}`);
    expect(inputs.pairs('it')).toEqual({ a: 'b' });
    expect(inputs.problems).toEqual([
      `it has the line ${JSON.stringify(line)}, but each line must be key=value`,
    ]);
  });

  test('pairs give back every map of plain keys and values', () => {
    const key = fc.stringMatching(/^[a-z_][a-z0-9_]*$/);
    const value = fc.stringMatching(/^[!-~]*$/);
    fc.assert(
      fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (map) => {
        const inputs = reader(
          Object.entries(map)
            .map(([k, v]) => `${k}=${v}`)
            .join('\n'),
        );
        expect(inputs.pairs('it')).toEqual(map);
        expect(inputs.problems).toEqual([]);
      }),
    );
  });
});

describe('seconds', () => {
  test.each([
    ['90s', 90],
    ['10m', 600],
    ['1s', 1],
    ['', 300],
  ])('%j is %d seconds', (given, expected) => {
    const inputs = reader(given);
    expect(inputs.seconds('it', '5m')).toBe(expected);
    expect(inputs.problems).toEqual([]);
  });

  test.each(['0s', '10', '1h', '-5s', '1.5m', '10 m', '100000s', 'm'])('%j is a fault', (given) => {
    const inputs = reader(given);
    inputs.seconds('it', '5m');
    expect(inputs.problems).toEqual([`it is "${given}", but must be a time such as 90s or 10m`]);
  });

  test('every whole time in its range is read in its unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('s', 'm'), (count, unit) => {
        expect(reader(`${count}${unit}`).seconds('it', '1s')).toBe(unit === 's' ? count : count * 60);
      }),
    );
  });
});

test('faults are kept in order, each with the name of its input', () => {
  const inputs = new InputReader({ one: 'x', two: 'y' });
  inputs.flag('two', true);
  inputs.flag('one', true);
  expect(inputs.problems.map((problem) => problem.split(' ')[0])).toEqual(['two', 'one']);
});
