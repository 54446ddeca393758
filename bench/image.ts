import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NAMESPACE, startImageRun } from '../e2e/support/image-run.ts';
import { call } from '../sandbox/cluster-api.ts';
import { run } from '../sandbox/command.ts';
import { hosts } from '../sandbox/hosts.ts';
import { registryUser } from '../sandbox/parts/registry.ts';
import { repository } from '../sandbox/paths.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import type { Keyed } from './image-key.ts';
import { startRows } from './image-start.ts';
import { bundled, repeat } from './program.ts';
import { below, holds, median, within, type Row } from './rows.ts';
import { timed } from './tools.ts';

const FILES = 10_000;
const FILE_BYTES = 20_000;
const KEY_SECONDS = 1;
const KEY_MEGABYTES = 150;
const UNCHANGED_SECONDS = 1.5;
const TIMES_BUILDX = 1.05;
const IMAGE = `${hosts.registry.name}/org/bench-image`;

/** Measures the image step, and gives the rows. */
export async function benchImage(isQuick: boolean): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-image-'));
  const runs = isQuick ? 1 : 5;
  const metadata = { name: NAMESPACE };
  await call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  try {
    return [
      ...(await buildRows(folder, runs)),
      ...(await keyRows(folder, isQuick ? 100 : FILES, runs)),
      ...(await startRows(isQuick ? 1 : 20)),
    ];
  } finally {
    await call('DELETE', `/api/v1/namespaces/${NAMESPACE}`);
    await rm(folder, { recursive: true });
  }
}

/** Both build the example with the base image there and no layer of it, in turns; then ours has the same content again. */
async function buildRows(folder: string, runs: number): Promise<readonly Row[]> {
  const config = await loggedIn(folder);
  // The first use of an engine pays for both.
  await buildx(folder, config, 'first');
  const rounds: { readonly ours: number; readonly peer: number; readonly again: number }[] = [];
  for (let round = 0; round < runs; round += 1) {
    const files = await example(`ours ${round} ${Date.now()}`);
    const ours = await imageStep(files, 'true');
    const peer = await buildx(folder, config, `peer ${round} ${Date.now()}`);
    rounds.push({ ours, peer, again: await imageStep(files, 'false') });
  }
  const of = (which: 'ours' | 'peer' | 'again'): number => median(rounds.map((each) => each[which]));
  return [
    below('nothing changed, the step', of('again'), UNCHANGED_SECONDS, 's'),
    within('cold build of the example: docker buildx build --push', of('ours'), of('peer'), TIMES_BUILDX),
  ];
}

/** Gives the seconds of the image step. */
async function imageStep(files: Readonly<Record<string, string>>, built: string): Promise<number> {
  const { code, printed, report } = await (await startImageRun(files, { image: IMAGE })).ended;
  if (code !== 0 || report.outputs['image-built'] !== built)
    throw new Error(`the action failed, or image-built is not ${built}:\n${printed}`);
  return report.steps.find(({ step }) => step === 'image')?.seconds ?? Infinity;
}

/** Gives the seconds of a build and push by docker alone. */
async function buildx(folder: string, config: string, mark: string): Promise<number> {
  const context = join(folder, 'peer');
  await mkdir(context, { recursive: true });
  for (const [path, text] of Object.entries(await example(mark))) await writeFile(join(context, path), text);
  const args = ['docker', 'buildx', 'build', '--progress=plain', '--provenance=false', '--push'];
  const env = { ...process.env, DOCKER_CONFIG: config };
  return timed(() => run([...args, '--tag', `${IMAGE}:peer`, context], { env }));
}

/** Gives the example application, of which no layer after the base image was ever built. */
async function example(mark: string): Promise<Readonly<Record<string, string>>> {
  const names = ['Dockerfile', '.dockerignore', 'package.json', 'server.js', 'version.js'];
  const texts = await Promise.all(
    names.map((name) => readFile(join(repository, 'sandbox/app', name), 'utf8')),
  );
  const files = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
  return { ...files, Dockerfile: (files['Dockerfile'] ?? '').replace('\n', `\nENV MARK="${mark}"\n`) };
}

async function loggedIn(folder: string): Promise<string> {
  const config = join(folder, 'docker');
  await mkdir(config);
  const auth = Buffer.from(`${registryUser}:${readSecrets().githubToken}`).toString('base64');
  await writeFile(
    join(config, 'config.json'),
    JSON.stringify({ auths: { [hosts.registry.name]: { auth } } }),
    {
      mode: 0o600,
    },
  );
  return config;
}

/** Makes the key of a large context, each time in a process of its own; the files are in the kernel's cache. */
async function keyRows(folder: string, count: number, runs: number): Promise<readonly Row[]> {
  const context = join(folder, 'context');
  // Not the example's own files, since its .dockerignore leaves out all that it does not name.
  await mkdir(context);
  await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY src /\n');
  for (let index = 0; index < count; index += 1) {
    const place = join(context, `src/part-${index % 100}`);
    if (index < 100) await mkdir(place, { recursive: true });
    await writeFile(join(place, `file-${index}`), Buffer.alloc(FILE_BYTES, `${index} `));
  }
  const program = await bundled('key', join(repository, 'bench/image-key.ts'), folder);
  const out = join(folder, 'key.json');
  const keyed = async (): Promise<Keyed> => {
    await run([process.execPath, program, context, out]);
    return JSON.parse(await readFile(out, 'utf8')) as Keyed;
  };
  const first = await keyed();
  const results = await repeat(runs, keyed);
  const name = `key of ${count} files (${(count * FILE_BYTES) / 1e6} MB)`;
  // What is not read cannot change the key.
  await writeFile(join(context, `src/part-${(count - 1) % 100}/file-${count - 1}`), 'another');
  const changed = await keyed();
  const of = (which: 'seconds' | 'megabytes'): number => median(results.map((each) => each[which]));
  return [
    below(name, of('seconds'), KEY_SECONDS, 's'),
    below(`${name}, peak memory`, of('megabytes'), KEY_MEGABYTES, 'MB'),
    holds(
      `${name}, another one when a file changes and only then`,
      results.every(({ key }) => key === first.key) && changed.key !== first.key,
    ),
  ];
}
