import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unknownInFiles, variableNames } from '../../src/infra/variable-files';
import { fakeFiles } from '../support/files';
import { anInfra } from '../support/settings';

describe('the names that a file sets', () => {
  test.each<[string, string, readonly string[]]>([
    ['none', '', []],
    ['one', 'region = "us-east"', ['region']],
    ['without space', 'a=1\nb=2', ['a', 'b']],
    ['with a map', 'tags = {\n  owner = "x"\n  cost-centre = 1\n}\nsize = 1', ['tags', 'size']],
    ['with a list of maps', 'pools = [{ type = "a" }, { type = "b" }]\nlast = 1', ['pools', 'last']],
    ['with a call', 'a = max(1, 2)\nb = 1', ['a', 'b']],
    ['in comments', '# a = 1\n// b = 2\n/* c = 3\nd = 4 */\ne = 5', ['e']],
    ['in texts', 'a = "b = 1"\nc = "\\" d = 2"', ['a', 'c']],
    ['in here-documents', 'a = <<EOT\nb = 1\n{ [\nEOT\nc = <<-END\n  d = 2\n  END\ne = 1', ['a', 'c', 'e']],
    ['compared', 'a = 1 == 2', ['a']],
    ['with a dash', 'node-type = 1', ['node-type']],
    ['with Windows’ line ends', 'a = 1\r\nb = "x"\r\n', ['a', 'b']],
  ])('%s', (_, text, names) => expect(variableNames('x.tfvars', text)).toEqual(names));

  test.each<[string, readonly string[]]>([
    ['{"a": 1, "b": {"c": 2}}', ['a', 'b']],
    ['[1]', []],
    ['{', []],
  ])('in JSON: %s', (text, names) => expect(variableNames('x.tfvars.json', text)).toEqual(names));

  test('are found among any texts and numbers', () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/);
    const value = fc.oneof(
      fc.string().map((text) => JSON.stringify(text.replaceAll(/[^ -~]/g, ''))),
      fc.integer().map(String),
      fc.constant('{ x = 1 }'),
      fc.constant('["y = 2"]'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (entries) => {
        const text = entries.map(([key, each]) => `${key} = ${each}\n`).join('');
        expect(variableNames('x.tfvars', text)).toEqual(entries.map(([key]) => key));
      }),
    );
  });
});

test('what the configuration does not declare is told for each file', () => {
  const files = fakeFiles({ 'a.tfvars': 'region = 1\nregoin = 2\nsize = 3', 'b.tfvars': 'region = 1' });
  const settings = anInfra({ variableFiles: ['a.tfvars', 'b.tfvars'] });
  expect(unknownInFiles(settings, ['region'], files)).toEqual([
    'a.tfvars names regoin, size, which terraform does not declare',
  ]);
});
