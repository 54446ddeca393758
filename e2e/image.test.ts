import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hosts } from '../sandbox/hosts.ts';
import { textAt } from '../src/json.ts';
import { ignoreRules } from '../src/image/ignore.ts';
import { printed } from './support/bundle.ts';
import { useImageNamespace } from './support/image-namespace.ts';
import { deployImage, fromRegistry, startImageRun } from './support/image-run.ts';
import { everyArgument } from './support/processes.ts';
import { secretsIn } from './support/scenario.ts';

const REPOSITORY = 'org/image-runs';
const image = `${hosts.registry.name}/${REPOSITORY}`;

useImageNamespace();

describe('a build with secrets', () => {
  const SECRET = 'hunter2-of-the-build-secret';
  const TOKEN = 'hunter3-in-a-build-argument';
  const DOCKERFILE = `FROM node:24-slim
ARG VERSION
ARG API_TOKEN
RUN --mount=type=secret,id=npm cat /run/secrets/npm && echo "the version is $VERSION" && sleep 3
`;

  it('shows them in no argument, log, label, layer or history, and warns of an argument that looks like one', async () => {
    const { run, ended } = await startImageRun(
      { Dockerfile: DOCKERFILE },
      {
        image,
        build: 'always',
        'build-secrets': `npm=${SECRET}`,
        'build-args': `VERSION=${Date.now()}\nAPI_TOKEN=${TOKEN}`,
        tags: 'latest',
      },
    );
    let seen = '';
    const watch = setInterval(() => (seen += everyArgument()), 100);
    await printed(run, '[1/2] FROM');
    const { code, printed: log, report } = await ended;
    clearInterval(watch);
    expect([code, report.failures]).toEqual([0, []]);
    expect(seen).toContain('--build-arg\0VERSION\0');
    expect(secretsIn(seen, [SECRET, TOKEN])).toEqual([]);
    expect(log).toContain('build-args: API_TOKEN looks like a secret');
    expect(secretsIn(log.replaceAll(`::add-mask::${SECRET}`, ''), [SECRET])).toEqual([]);
    const manifest = await fromRegistry(REPOSITORY, 'manifests/latest');
    const config = await fromRegistry(REPOSITORY, `blobs/${textAt(manifest, 'config', 'digest')}`);
    expect(secretsIn(JSON.stringify([manifest, config, report]), [SECRET])).toEqual([]);
    expect(JSON.stringify(config)).toContain('org.opencontainers.image.source');
  });
});

it('a hostile build has no effect on the runner', async () => {
  const forms = [
    '::error::forged',
    '  ::add-mask::the',
    '::stop-commands::x',
    '::set-output name=image::evil',
    'x ##[add-mask]the',
    '##[error]forged',
    String.raw`\r::warning::forged`,
    String.raw`\033[2J\033]0;title\007::notice::forged`,
  ];
  const commands = forms.flatMap((form) => [`printf '${form}\\n'`, `printf '${form}\\n' >&2`]);
  const {
    code,
    printed: log,
    report,
  } = await deployImage(
    { Dockerfile: `FROM node:24-slim\nRUN ${commands.join(' && ')} && exit 3\n` },
    { image, command: 'preview' },
  );
  expect(code).toBe(1);
  expect(report.failures).toMatchObject([
    { code: 'image-build-failed', place: { file: 'app/Dockerfile', line: 2 } },
  ]);
  expect(log).toContain('forged');
  const commandsSeen = log.split(/\r|\n/).filter((line) => /^\s*::|##\[/.test(line));
  const ours = /^::(add-mask|group|endgroup|error|warning)[:, ]/;
  expect(
    commandsSeen.filter((line) => !ours.test(line) || /^::(error|warning)::forged|::the$/.test(line)),
  ).toEqual([]);
  // eslint-disable-next-line no-control-regex -- terminals obey these
  expect(log).not.toMatch(/[\u0007\u001b]/);
});

describe('a content that is known', () => {
  const content = { Dockerfile: 'FROM scratch\nCOPY a /\n', a: String(Date.now()), README: '1' };
  const inputs = { image };

  it('is built once: another commit of it, and another tag, only tag it', async () => {
    const first = await (await startImageRun(content, inputs)).ended;
    expect(first.report.outputs).toMatchObject({ 'image-built': 'true', 'failure-code': '' });
    const again = await (await startImageRun(content, { ...inputs, tags: 'stable' })).ended;
    expect(again.report.outputs).toMatchObject({
      'image-built': 'false',
      digest: first.report.outputs['digest'],
      'failure-code': '',
    });
    expect(again.printed).not.toContain('log of docker');
    expect(await fromRegistry(REPOSITORY, 'manifests/stable')).toEqual(
      await fromRegistry(REPOSITORY, 'manifests/main'),
    );
    const other = await (
      await startImageRun({ ...content, README: '2' }, { ...inputs, command: 'preview' })
    ).ended;
    expect(other.report.outputs).toMatchObject({ 'image-built': 'false', digest: '' });
  });
});

describe('a .dockerignore leaves out what docker leaves out', () => {
  const FILES = [
    'a',
    'b.md',
    '.hidden',
    'src/a',
    'src/b.md',
    'src/deep/a',
    'src/deep/b.md',
    'lib/src/a',
    'c++/a+b',
    'a[1]',
  ];
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ignore-'));
    for (const path of FILES) {
      const file = join(folder, 'context', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, path);
    }
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    '*',
    '*\n!src/deep',
    '**/*.md\n!src/b.md',
    'src\n!src/deep/a',
    '*/deep\n# a comment\n\n  b.md  ',
    '!a\na',
    'src/**\n!src/*.md',
    '/a\n./src/a\nlib/../b.md',
    '?\n[a-b].md',
    '.*',
    'c++',
    'a\\[1]',
    '**',
    '**/a\n!**/deep/**',
    'SRC\nsrc/',
    '*/*\n!**/b.*',
  ])('%j', async (text) => {
    expect(await sentBy(text)).toEqual(keptBy(text));
  });

  it.each(['**/src\n!lib', 'src\n!src/a\nsrc', 'src\n!src/deep\n*'])(
    '%j, of which the older builder takes more or less: nothing that is sent is missing',
    async (text) => {
      expect(keptBy(text)).toEqual(expect.arrayContaining(await sentBy(text)));
    },
  );

  function keptBy(text: string): readonly string[] {
    const rules = ignoreRules(text);
    return FILES.filter((path) => !rules.ignores(path)).sort();
  }

  /** Gives the files that docker takes. */
  async function sentBy(text: string): Promise<string[]> {
    await writeFile(join(folder, 'Dockerfile.dockerignore'), text);
    const [context, sent] = [join(folder, 'context'), join(folder, 'sent')];
    const args = ['buildx', 'build', '--quiet', '--provenance=false', '--file', join(folder, 'Dockerfile')];
    execFileSync('docker', [...args, '--output', `type=local,dest=${sent}`, context], { stdio: 'pipe' });
    const files = globSync('{.*,**}', { cwd: sent, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(sent.length + 1));
    return [...new Set(files)].sort();
  }
});
