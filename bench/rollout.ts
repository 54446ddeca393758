import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishEmptyImage, reportOf, startManifestsOnly } from '../e2e/support/manifests-only.ts';
import { run } from '../sandbox/command.ts';
import { hosts } from '../sandbox/hosts.ts';
import { administratorKubeconfig } from '../sandbox/kubeconfig.ts';
import { registryUser } from '../sandbox/parts/registry.ts';
import { say } from '../sandbox/progress.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import { numberAt } from '../src/json.ts';
import { CAUSES } from '../src/rollout/causes.ts';
import { call } from '../sandbox/cluster-api.ts';
import { cases, HEALTHY, type Case } from './cases.ts';
import { makeNamespace, removeNamespaces } from './cluster.ts';
import { below, faster, median, seconds, type Row } from './rows.ts';
import { kubectlProgram } from './tools.ts';
import { now, witness } from './witness.ts';

/** What a verdict may take after the API shows the cause, beside the patience that the table of causes gives it. */
const LAG_SECONDS = 3;
const HEALTHY_LAG_SECONDS = 0.5;
/** What starts without a probe counts as available before it can have failed, and has to stand for so long (watched.ts). */
const SETTLING_SECONDS = 2;
const TIMES_FASTER = 25;
/** Longer than kubectl ever waits for a Deployment of the default deadline. */
const KUBECTL_LIMIT_SECONDS = 630;

/** A run of the action that changed a healthy Deployment, in seconds since the API took the change. */
interface Verdict {
  readonly code: string;
  readonly ended: number;
  readonly shown: number | undefined;
  readonly complete: number | undefined;
}

/** Measures the time to a verdict, and gives the rows. */
export async function benchRollout(isQuick: boolean): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-rollout-'));
  try {
    await publishEmptyImage();
    await removeNamespaces(true);
    const healthy = await healthyRows(folder, isQuick ? 1 : 5);
    return isQuick ? healthy : [...healthy, ...(await failingRows(folder, 3))];
  } finally {
    await removeNamespaces(false);
    await rm(folder, { recursive: true });
  }
}

/** Ready at once, and known to be. */
const PROBE = { readinessProbe: { exec: { command: ['/bin/true'] }, periodSeconds: 1 } };

async function healthyRows(folder: string, runs: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, probe, limit] of [
    ['healthy rollout', PROBE, HEALTHY_LAG_SECONDS],
    ['healthy rollout without a readiness probe', {}, HEALTHY_LAG_SECONDS + SETTLING_SECONDS],
  ] as const) {
    const change = { ...probe, env: [{ name: 'ROUND', value: 'next' }] };
    const verdicts = await repeat(runs, (round) =>
      verdictOf(`healthy-${limit * 10}-${round}`, change, () => false, folder),
    );
    const lags = verdicts.map(({ code, ended, complete }) => {
      if (code !== '' || complete === undefined) throw new Error(`a healthy rollout ended with "${code}"`);
      return ended - complete;
    });
    say(`${name}: ${lags.map(seconds).join(' ')} after the API's own status`);
    rows.push(below(`${name}: verdict after the status`, median(lags), limit, 's'));
  }
  return rows;
}

async function failingRows(folder: string, runs: number): Promise<readonly Row[]> {
  const all: { readonly of: Case; readonly lag: number; readonly ended: number }[] = [];
  for (const [index, of] of cases.entries()) {
    const verdicts = await repeat(runs, (round) =>
      verdictOf(`failing-${index}-${round}`, of.change, of.shows, folder),
    );
    const lags = verdicts.map(({ code, ended, shown }) => {
      if (code === CAUSES[of.cause].code && shown !== undefined) return ended - shown;
      say(`${of.name}: the verdict is "${code}", the API shows the cause after ${shown ?? 'no'} s`);
      return Infinity;
    });
    const ends = verdicts.map(({ ended }) => ended);
    say(`${of.name}: verdicts ${ends.map(seconds).join(' ')}, after the API ${lags.map(seconds).join(' ')}`);
    all.push({ of, lag: median(lags), ended: median(ends) });
  }
  // kubectl is watched for no longer than it takes to know the ratio.
  const limit = Math.min(KUBECTL_LIMIT_SECONDS, Math.max(...all.map(({ ended }) => ended)) * TIMES_FASTER);
  say(`kubectl rollout status is watched for up to ${limit.toFixed(0)} s`);
  const peers = await Promise.all(cases.map((of, index) => kubectlVerdict(index, of, limit)));
  return all.flatMap(({ of, lag, ended }, index) => {
    const peer = peers[index] ?? { seconds: 0, ended: true };
    const row = faster(`${of.name}: kubectl rollout status`, ended, peer.seconds, TIMES_FASTER);
    return [
      below(`${of.name}: verdict after the API shows it`, lag, LAG_SECONDS + CAUSES[of.cause].patience, 's'),
      peer.ended ? row : { ...row, peer: `> ${row.peer}`, ratio: `> ${row.ratio}` },
    ];
  });
}

/** Brings a healthy Deployment into a namespace of its own with the action, then the change, and gives the verdict on it. */
async function verdictOf(
  name: string,
  change: object,
  shows: Case['shows'],
  folder: string,
): Promise<Verdict> {
  const namespace = await rolloutNamespace(name);
  const manifests = join(folder, name, 'manifests');
  await mkdir(manifests, { recursive: true });
  const deploy = async (container: object): Promise<string> => {
    await writeFile(join(manifests, 'app.yaml'), JSON.stringify(deployment(container)));
    const kubeconfig = await administratorKubeconfig();
    const step = await startManifestsOnly({
      kubeconfig,
      namespace,
      manifests,
      folder: join(folder, name),
    });
    await step.ended;
    return (await reportOf(step)).outputs['failure-code'] ?? 'none';
  };
  const before = await deploy(HEALTHY);
  if (before !== '') throw new Error(`the healthy Deployment ended with ${before}`);
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/app`;
  const generation = numberAt(await call('GET', path), 'metadata', 'generation');
  const { testimony, end } = await witness(namespace, generation, shows);
  const code = await deploy({ ...HEALTHY, ...change });
  const ended = now();
  // What the API says at the same moment may be heard a little later.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await end();
  await call('DELETE', path, { propagationPolicy: 'Background' });
  const { changed = NaN, shown, complete } = testimony;
  const since = (moment: number | undefined): number | undefined =>
    moment === undefined ? undefined : moment - changed;
  return { code, ended: ended - changed, shown: since(shown), complete: since(complete) };
}

/** Gives after how many seconds kubectl says that the rollout of a case failed, or that it had not said so by the limit. */
async function kubectlVerdict(
  index: number,
  { change, name }: Case,
  limit: number,
): Promise<{ readonly seconds: number; readonly ended: boolean }> {
  const namespace = await rolloutNamespace(`kubectl-${index}`);
  const apply = (container: object): Promise<string> =>
    run([kubectlProgram, 'apply', '-n', namespace, '-f', '-'], {
      input: JSON.stringify(deployment(container)),
    });
  const status = ['rollout', 'status', 'deployment/app', '-n', namespace];
  await apply(HEALTHY);
  await run([kubectlProgram, ...status]);
  await apply({ ...HEALTHY, ...change });
  const start = now();
  const child = spawn(kubectlProgram, status, { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit * 1000);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  if (code === 0) throw new Error(`${name}: kubectl says that it rolled out`);
  return { seconds: now() - start, ended: signal === null };
}

/** Makes a namespace that may pull from the registry, which without a login tells nobody what it does not have. */
async function rolloutNamespace(name: string): Promise<string> {
  const namespace = await makeNamespace(`rollout-${name}`);
  const auth = Buffer.from(`${registryUser}:${readSecrets().githubToken}`).toString('base64');
  await call('POST', `/api/v1/namespaces/${namespace}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'pull' },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [hosts.registry.name]: { auth } } }) },
  });
  return namespace;
}

function deployment(container: object): object {
  const labels = { app: 'app' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          imagePullSecrets: [{ name: 'pull' }],
          containers: [container],
        },
      },
    },
  };
}

async function repeat<T>(times: number, work: (round: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round < times; round += 1) results.push(await work(round));
  return results;
}
