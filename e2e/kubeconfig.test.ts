import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applicationPods } from '../sandbox/live.ts';
import { administratorFile } from '../sandbox/parts/cluster.ts';
import { startBundle, type BundleRun } from './support/bundle.ts';
import { secretsIn, startScenario, type Scenario } from './support/scenario.ts';

/** Gives nothing where a file or folder has gone since it was listed: a run removes what it made. */
function unlessGone(error: NodeJS.ErrnoException): readonly [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** Gives the files below a folder that hold a secret, as they are at this moment. */
async function filesWith(secrets: readonly string[], folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unlessGone);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesWith(secrets, path);
      if (!entry.isFile()) return [];
      const text = await readFile(path, 'latin1').catch(unlessGone);
      return secretsIn(String(text), secrets).length > 0 ? [path] : [];
    }),
  );
  return found.flat();
}

describe('a kubeconfig that is given', () => {
  let scenario: Scenario;
  let programs: string;
  let access: { readonly server: string; readonly caData: string; readonly token: string };
  let runs = 0;

  /** A kubeconfig of two contexts without a current one: `token`, and `program`, which logs in by the script. */
  async function kubeconfig(script: string): Promise<string> {
    const program = join(programs, `login-${runs}.mjs`);
    await writeFile(program, script);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      interactiveMode: 'Never',
      command: process.execPath,
      args: [program],
    };
    const { server, caData, token } = access;
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'own', cluster: { server, 'certificate-authority-data': caData } }],
      users: [
        { name: 'token', user: { token } },
        { name: 'program', user: { exec } },
      ],
      contexts: [
        { name: 'token', context: { cluster: 'own', user: 'token' } },
        { name: 'program', context: { cluster: 'own', user: 'program' } },
      ],
    };
    return JSON.stringify(config, undefined, 2);
  }

  async function deploy(inputs: Readonly<Record<string, string>>): Promise<BundleRun> {
    runs += 1;
    const folder = join(scenario.application.directory, `.git/runner-${runs}`);
    return startBundle(scenario.application, folder, { infra: 'never', ...inputs });
  }

  /** Everything that people see of a run; masks are for the runner alone. */
  async function seen(run: BundleRun): Promise<string> {
    const written = await Promise.all(
      (['output', 'summary', 'state'] as const).map((name) => run.written(name)),
    );
    return [run.printed().replaceAll(/^::add-mask::.*$/gm, ''), ...written].join('\n');
  }

  beforeAll(async () => {
    scenario = await startScenario();
    programs = await mkdtemp(join(tmpdir(), 'wpp-login-'));
    access = JSON.parse(await readFile(administratorFile(), 'utf8')) as typeof access;
  });
  afterAll(async () => {
    await scenario.end();
    await rm(programs, { recursive: true });
  });

  it('is never in the workspace or the runner’s folder, at no time of the run', async () => {
    const text = await kubeconfig('');
    const run = await deploy({
      'kube-config': Buffer.from(text).toString('base64'),
      'kube-context': 'token',
    });
    const secrets = [access.token, text];
    const planted = join(programs, 'planted');
    await writeFile(planted, Buffer.from(`x${text}`).toString('base64'));
    expect(await filesWith(secrets, programs)).toEqual([planted]);
    const found = new Set<string>();
    let looks = 0;
    while (run.process.exitCode === null) {
      for (const file of await filesWith(secrets, scenario.application.directory)) found.add(file);
      looks += 1;
      await sleep(100);
    }
    if ((await run.ended) !== 0) throw new Error(run.printed());
    expect(await filesWith(secrets, scenario.application.directory)).toEqual([]);
    expect([...found]).toEqual([]);
    expect(looks).toBeGreaterThan(5);
    expect(secretsIn(await seen(run), secrets)).toEqual([]);
    expect(await applicationPods()).toEqual([expect.objectContaining({ ready: true })]);
  });

  it('logs in by its program, where that is allowed', async () => {
    const script = `
      import { readFileSync } from 'node:fs';
      const { token } = JSON.parse(readFileSync(${JSON.stringify(administratorFile())}, 'utf8'));
      console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }));`;
    const inputs = { 'kube-config': await kubeconfig(script), 'kube-context': 'program' };
    const refused = await deploy(inputs);
    expect(await refused.ended).toBe(1);
    expect(refused.printed()).toContain('kube-config runs a program on the runner (exec: "node")');

    const run = await deploy({ ...inputs, 'kube-config-exec': 'true' });
    if ((await run.ended) !== 0) throw new Error(run.printed());
    // The credentials are kept out of the log, not every line of the kubeconfig.
    expect(run.printed()).toContain(`::add-mask::${access.token}\n`);
    expect(run.printed()).not.toContain('::add-mask::"kind"');
    expect(secretsIn(await seen(run), [access.token])).toEqual([]);
    expect(await filesWith([access.token], scenario.application.directory)).toEqual([]);
  });

  it('says how its program failed, without what that printed', async () => {
    const script = `
      import { readFileSync } from 'node:fs';
      const { token } = JSON.parse(readFileSync(${JSON.stringify(administratorFile())}, 'utf8'));
      console.log(token);
      console.error('the session has ended: ' + token);
      process.exit(4);`;
    const run = await deploy({
      'kube-config': await kubeconfig(script),
      'kube-context': 'program',
      'kube-config-exec': 'true',
    });
    expect(await run.ended).toBe(1);
    const all = await seen(run);
    expect(all).toContain('manifests: cluster-unauthorized: the program "node"');
    expect(all).toContain('ended with exit code 4');
    expect(await run.written('summary')).toContain('the session has ended: ***');
    expect(secretsIn(all, [access.token])).toEqual([]);
  });
});
