import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const readme = readFileSync('README.md', 'utf8');
const checks = readFileSync('script/checks.ts', 'utf8');

/** Gives the blocks of code of a language in a Markdown text, without their indentation. */
function blocks(text: string, language: string): readonly string[] {
  const fenced = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm');
  return [...text.matchAll(fenced)].map(([, indent = '', body = '']) =>
    body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

describe('README.md', () => {
  it('shows the workflow that the sandbox runs', () => {
    expect(blocks(readme, 'yaml')).toEqual([
      readFileSync('sandbox/app/.github/workflows/deploy.yml', 'utf8'),
    ]);
  });

  it('names commands that the checks run', () => {
    const commands = blocks(readme, 'sh').flatMap((block) =>
      [...block.matchAll(/^(script\/[\w-]+)/gm)].map(([, command]) => command),
    );
    expect(commands).toEqual(['script/try', 'script/test']);
    expect(checks).toContain("['script/try']");
    expect(readFileSync('.ci/run', 'utf8')).toContain('script/test');
  });

  it.each([
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'sandbox/README.md',
    'bench/README.md',
  ])('%s links to files that are there', (file) => {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(
      ([, target]) => `${folder}${target}`,
    );
    expect(links.filter((target) => !existsSync(target))).toEqual([]);
  });
});

describe('bench/README.md', () => {
  it('names commands that the checks run, in short', () => {
    const commands = blocks(readFileSync('bench/README.md', 'utf8'), 'sh').flatMap((block) =>
      [...block.matchAll(/^script\/bench (\w+)/gm)].map(([, name]) => name),
    );
    expect(commands).toEqual(['apply', 'image', 'infra', 'rollout']);
    for (const name of commands) expect(checks).toContain(`['script/bench', '${name}', '--quick']`);
  });
});
