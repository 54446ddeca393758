import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CAUSES, type Cause } from '../src/rollout/causes';

const FILE = 'docs/rollout.md';
const START = /(<!-- causes: [^>]*-->\n)[\s\S]*?(<!-- end of causes -->)/;

/** The table of causes as people read it, those of one code and patience in one row. */
function tableOfCauses(): readonly string[] {
  const rows = Object.values<Cause>(CAUSES).map(({ code, patience, advice }) => {
    const borne = Number.isFinite(patience) ? `${patience} s` : 'until the time limit';
    return `| \`${code}\` | ${borne} | ${advice.replaceAll('|', '\\|')} |`;
  });
  return ['| code | borne for | what to do |', '| --- | --- | --- |', ...new Set(rows)];
}

const cells = (line: string): string => line.replaceAll(/\s*\|\s*/g, '|').replaceAll(/-{3,}/g, '---');

test('the causes that the docs list are those of the code', () => {
  const text = readFileSync(FILE, 'utf8');
  if (process.env['UPDATE_GOLDEN'] === '1')
    writeFileSync(FILE, text.replace(START, `$1\n${tableOfCauses().join('\n')}\n\n$2`));
  const listed = START.exec(readFileSync(FILE, 'utf8'))?.[0] ?? '';
  const rows = listed.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.map(cells)).toEqual(tableOfCauses().map(cells));
});

test('every link between the documents leads to a file', () => {
  const documents = globSync(['*.md', '{docs,sandbox,bench}/**/*.md']);
  const broken = documents.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => join(dirname(file), target))
      .filter((target) => !existsSync(target))
      .map((target) => `${file}: ${target}`),
  );
  expect(documents.length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});

/** What GitHub calls a heading in a link. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

test('every link to a heading leads to one', () => {
  const links = globSync(['*.md', '{docs,sandbox,bench}/**/*.md']).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(
      ([, target = '', anchor = '']) => ({
        file,
        to: target === '' ? file : join(dirname(file), target),
        anchor,
      }),
    ),
  );
  const broken = links.filter(({ to, anchor }) => {
    const headings = [...readFileSync(to, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      anchorOf(text),
    );
    return !headings.includes(anchor);
  });
  expect(links.length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});

test('every command of the guide is run by a test, or it is said why not', () => {
  const e2e = globSync('e2e/*.test.ts').map((file) => readFileSync(file, 'utf8'));
  const unmarked = globSync('docs/guide/*.md').filter((file) =>
    /(?<!<!-- not run by a test: [^\n]+ -->\n\n)```sh\n/.test(readFileSync(file, 'utf8')),
  );
  expect(unmarked).toContain('docs/guide/application.md');
  expect(unmarked.filter((file) => !e2e.some((text) => text.includes(`commandsOf('${file}')`)))).toEqual([]);
});

test('what the guide says to be run by one test is run by it', () => {
  const named = globSync('docs/guide/*.md').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/<!-- run by (\S+) -->/g)].map(([, by = '']) => ({ file, by })),
  );
  expect(named.length).toBeGreaterThan(0);
  for (const { file, by } of named)
    expect(readFileSync(by, 'utf8')).toContain(`commandsOf('${file}', '${by}')`);
});

test('these blocks of the guide are run by no test', () => {
  const excluded = globSync('docs/guide/*.md')
    .sort()
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/<!-- not run by a test: [^\n]+ -->\n\n```sh\n(.*)\n/g)].map(
        ([, first = '']) => `${file}: ${first}`,
      ),
    );
  expect(excluded).toEqual([
    'docs/guide/application.md: kubectl exec -it deployment/wpp-bot -n wpp-bot -- /bin/sh',
    'docs/guide/application.md: gh workflow run deploy.yml -f command=restart',
    'docs/guide/cluster.md: export LINODE_TOKEN=xxx AWS_ACCESS_KEY_ID=xxx AWS_SECRET_ACCESS_KEY=xxx',
    'docs/guide/cluster.md: terraform providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_amd64 -platform=darwin_arm64',
    'docs/guide/cluster.md: base64 < kubeconfig.yaml | gh secret set KUBE_CONFIG',
    `docs/guide/cluster.md: echo "Authorization: Bearer $LINODE_TOKEN" | curl -fsS -H @- --json '{"kubeconfig": true, "servicetoken": true}' "https://api.linode.com/v4/lke/clusters/$(terraform output -raw cluster_id)/regenerate"`,
    'docs/guide/first-deployment.md: gh secret set LINODE_TOKEN',
    'docs/guide/first-deployment.md: git add .github/workflows/deploy.yml',
    'docs/guide/first-deployment.md: curl -fsS https://api.example.com/health/ready',
    'docs/guide/moving.md: helm uninstall traefik -n traefik',
  ]);
  const fences = globSync('docs/guide/*.md')
    .sort()
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^ *```(\S.*)$/gm)].map(([, language = '']) => language),
    );
  // The one that eject.test.ts runs.
  expect(fences.filter((each) => !['sh', 'yaml', 'terraform', 'mermaid'].includes(each))).toEqual([
    'sh eject',
  ]);
});

test('the pictures are of the golden files as they are', () => {
  const madeFrom = Object.entries(
    JSON.parse(readFileSync('docs/images/made-from.json', 'utf8')) as Readonly<Record<string, string>>,
  );
  const digest = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(`__tests__/fixtures/${name}.md`, 'utf8'))
      .digest('hex');
  const stale = madeFrom.filter(([name, made]) => digest(name) !== made).map(([name]) => name);
  expect(globSync('docs/images/*.png').sort()).toEqual(
    madeFrom.map(([name]) => `docs/images/${name}.png`).sort(),
  );
  expect(stale).toEqual([]);
});
