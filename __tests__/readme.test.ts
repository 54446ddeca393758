import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { variableDefaults } from '../src/infra/configuration';
import { costOf } from '../src/infra/cost';
import { monthlyPrice } from '../src/infra/prices';
import { billedManifests } from '../src/manifests/billed';
import { USUAL_PARTS } from '../src/settings/shipped-manifests';
import { PRICES } from './support/prices';
import { loadParts } from './support/shipped-set';

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

  it('says what the shipped set costs, with one node and with three', async () => {
    const place = { namespace: 'wpp-bot', region: 'us-east', changes: 'none' } as const;
    const cost = costOf(billedManifests(await loadParts(USUAL_PARTS), place), PRICES);
    if (cost.status !== 'known') throw new Error(cost.reason);
    const variables = variableDefaults([readFileSync('terraform/variables.tf', 'utf8')]);
    const node = monthlyPrice(PRICES, 'linode/types', variables['node_type'] ?? '', 'us-east') ?? NaN;
    const bucket = monthlyPrice(PRICES, 'object-storage/types', 'objectstorage', 'us-east') ?? NaN;
    const total = (nodes: number): number => nodes * node + bucket + cost.after.known / 100;
    expect(cost.lines).toHaveLength(5);
    expect(readme).toContain(`about ${total(1)} USD a month with one node`);
    expect(readme).toContain(`up to ${total(3)} with three`);
    const guide = readFileSync('docs/guide/cluster.md', 'utf8').replaceAll(/\s+/g, ' ');
    expect(guide).toContain(`${total(1)} with one node`);
    expect(guide).toContain(`and ${total(3)} with three`);
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
