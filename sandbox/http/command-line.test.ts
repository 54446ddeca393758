import { describe, expect, it } from '@jest/globals';
import { parseServeArguments } from './command-line.ts';

describe('parseServeArguments', () => {
  it('reads address, data and own options', () => {
    const args = ['--listen', '127.0.0.1:8080', '--data', 'some/where', '--tokens', 'tokens.json'];
    expect(parseServeArguments(args, ['tokens'])).toEqual({
      serve: { host: '127.0.0.1', port: 8080, data: 'some/where' },
      own: { tokens: 'tokens.json' },
    });
  });

  it.each([
    [['--data', 'd'], '--listen is missing'],
    [['--listen', '8080', '--data', 'd'], '--listen must be HOST:PORT, not 8080'],
    [['--listen', 'a:1', '--data', 'd', '--cert', 'c'], '--key is missing'],
    [['--listen', 'a:1', '--data', 'd', '--color', 'red'], "Unknown option '--color'"],
  ])('refuses %j', (args, message) => {
    expect(() => parseServeArguments(args, [])).toThrow(message);
  });
});
