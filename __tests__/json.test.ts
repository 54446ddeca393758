import { expect, test } from '@jest/globals';
import { at } from '../src/json';

test.each(['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'])(
  'what every object inherits is no field: %s',
  (key) => {
    expect(at({}, key)).toBeUndefined();
    expect(at({ a: {} }, 'a', key)).toBeUndefined();
    expect(at(JSON.parse(`{"${key}": 1}`), key)).toBe(1);
  },
);
