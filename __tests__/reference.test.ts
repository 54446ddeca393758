import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { interfaceOf, inputsDocument, readmeTable } from '../script/reference-text';

describe('what is made from action.yml', () => {
  test('is as action.yml has it', () => {
    const { stderr, status } = spawnSync(process.execPath, ['script/reference.ts', '--check'], {
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  const text = `inputs:
  # Image
  build:
    description: How it is built.
    default: auto
  pull-token:
    description: Pulls.
outputs:
  # not a heading
  digest:
    description: What came of it.
`;
  const build = { description: 'How it is built.', default: 'auto' };
  const outputs = { digest: { description: 'What came of it.' } };

  test('has each input under its heading, with its default and its secret', () => {
    const all = interfaceOf(text, { inputs: { build, 'pull-token': { description: 'Pulls.' } }, outputs });
    const document = inputsDocument(all, new Set(['pull-token']));
    expect(document).toContain(
      '## Image\n\n### `build`\n\nHow it is built.\n\nDefault: `auto`\n\n### `pull-token`',
    );
    expect(document).toContain('the secret `PULL_TOKEN`');
    expect(readmeTable(all)).toContain('| Image | `build`, `pull-token` |');
  });

  test('refuses an input that stands under no heading', () => {
    const file = { inputs: { lost: build }, outputs };
    expect(() => interfaceOf('inputs:\n  lost:\n', file)).toThrow(
      'the input lost stands under no `# heading`',
    );
  });
});

describe('docs/reference/failure-codes.md', () => {
  const codes = [...readFileSync('src/errors.ts', 'utf8').matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(
    ([, code = '']) => code,
  );
  const document = readFileSync('docs/reference/failure-codes.md', 'utf8');
  const sections = document.split(/^### /m).slice(1);

  test('has one section for each code, and none for what is none', () => {
    const named = sections.map((section) => /^`([a-z-]+)`$/m.exec(section)?.[1]);
    expect(codes.length).toBeGreaterThan(60);
    expect(named.sort()).toEqual([...codes].sort());
  });

  test.each(sections.map((section) => [section.split('\n')[0] ?? '', section]))(
    '%s says what to do',
    (_, section) => {
      expect(section).toMatch(/^`[a-z-]+`\n\n[^\n]{10,}\n\n\*\*What to do\.\*\* [A-Z][^\n]{10,}\n/);
    },
  );

  test('each code is one that the source gives', () => {
    const source = globSync('src/**/*.ts')
      .filter((file) => file !== 'src/errors.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const unused = codes.filter((code) => code !== 'internal' && !source.includes(`'${code}'`));
    expect(unused).toEqual([]);
  });
});
