import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import { kubectl } from '../sandbox/live.ts';
import type { ProxyFault } from '../sandbox/proxy/fault-proxy.ts';
import type { BundleRun } from './support/bundle.ts';
import { publishEmptyImage, reportOf, type RunReport } from './support/manifests-only.ts';
import { proxied } from './support/proxied.ts';
import {
  liveState,
  startDeploy,
  stateAfter,
  type LiveState,
  type SmallApp,
  type Version,
} from './support/small-app.ts';

/** Runs wait most of their time: for pods, and for the next try. */
const LANES = 6;
const WRITE_APP = String.raw`/deployments/app\?(?!.*dryRun)`;
const WRITE_SETTINGS = String.raw`/configmaps/settings\?(?!.*dryRun)`;
const PRUNED = String.raw`/configmaps/only-[^/?]*$`;
const WATCHED = '/(pods|replicasets|events)';
const wait = { 'retry-after': '1' };

/** Faults that a run gets over by itself. */
const survived: readonly (readonly [string, ProxyFault])[] = [
  // Half a minute, so it begins first.
  ['apply: no answer', { method: 'PATCH', path: WRITE_SETTINGS, silent: true, done: true }],
  ['apply: cut before the write', { method: 'PATCH', path: WRITE_APP, cut: true }],
  ['apply: cut after the write', { method: 'PATCH', path: WRITE_APP, cut: true, done: true }],
  ['apply: half an answer', { method: 'PATCH', path: WRITE_APP, truncate: true }],
  ['apply: 429', { method: 'PATCH', path: WRITE_APP, status: 429, headers: wait }],
  ['apply: 500 twice', { method: 'PATCH', path: WRITE_SETTINGS, status: 500, times: 2 }],
  ['apply: 503 after the write', { method: 'PATCH', path: WRITE_SETTINGS, status: 503, done: true }],
  ['apply: a server that is away for a second', { method: 'PATCH', path: WRITE_SETTINGS, refuseMs: 1000 }],
  ['apply: a slow answer', { method: 'PATCH', path: WRITE_SETTINGS, delayMs: 1500 }],
  ['reading: cut', { method: 'GET', path: '^/api', cut: true, times: 3 }],
  ['reading: half an answer', { method: 'GET', path: '^/api', truncate: true, nth: 2, times: 3 }],
  ['prune: cut before the deletion', { method: 'DELETE', path: PRUNED, cut: true }],
  ['prune: cut after the deletion', { method: 'DELETE', path: PRUNED, cut: true, done: true }],
  ['prune: 500 after the deletion', { method: 'DELETE', path: PRUNED, status: 500, done: true }],
  ['prune: 429', { method: 'DELETE', path: PRUNED, status: 429, headers: wait }],
  ['rollout: cut', { method: 'GET', path: WATCHED, cut: true, times: 3 }],
  ['rollout: 500', { method: 'GET', path: WATCHED, status: 500, times: 3 }],
  ['rollout: half an answer', { method: 'GET', path: WATCHED, truncate: true, times: 2 }],
  ['rollout: a server that is away for a second', { method: 'GET', path: WATCHED, refuseMs: 1000 }],
];

/** Faults that end a run, and the code that it ends with. */
const fatal: readonly (readonly [string, string, ProxyFault])[] = [
  ['apply: 401', 'cluster-unauthorized', { method: 'PATCH', path: WRITE_APP, status: 401 }],
  ['apply: 403', 'manifest-refused', { method: 'PATCH', path: WRITE_APP, status: 403 }],
  ['apply: 422', 'manifest-refused', { method: 'PATCH', path: WRITE_SETTINGS, status: 422 }],
  [
    'apply: no server any more',
    'cluster-unreachable',
    { method: 'PATCH', path: WRITE_APP, refuseMs: 90_000 },
  ],
  ['prune: 403', 'manifest-refused', { method: 'DELETE', path: PRUNED, status: 403 }],
  ['rollout: 401', 'cluster-unauthorized', { method: 'GET', path: WATCHED, status: 401 }],
];

/** Faults in the middle of the undo of a rollout that failed: the second write of an object is the undo's. */
const undone: readonly (readonly [string, ProxyFault])[] = [
  ['cut before the write', { method: 'PATCH', path: WRITE_APP, nth: 2, cut: true }],
  ['cut after the write', { method: 'PATCH', path: WRITE_APP, nth: 2, cut: true, done: true }],
  ['500', { method: 'PATCH', path: WRITE_SETTINGS, nth: 2, status: 500 }],
];

let folder: string;
const apps: SmallApp[] = [];
let versions = 0;

function newApp(replicas: number): SmallApp {
  const namespace = `faults-${apps.length}`;
  const app = { namespace, folder: join(folder, namespace), replicas };
  apps.push(app);
  return app;
}

function newVersion(container?: object): Version {
  versions += 1;
  return { name: String(versions), ...(container === undefined ? {} : { container }) };
}

async function ended(run: BundleRun): Promise<RunReport> {
  await run.ended;
  return reportOf(run).catch(() => {
    throw new Error(`the run made no report:\n${run.printed()}`);
  });
}

/** Deploys without a fault; a failure is thrown with all that was printed. */
async function deploy(app: SmallApp, version: Version): Promise<void> {
  const run = await startDeploy(app, version);
  if ((await run.ended) !== 0) throw new Error(run.printed().replaceAll(/^::add-mask::.*\n/gm, ''));
}

/** Does each work once, on whichever of the lanes is free, each an application with a version deployed; none fails another. */
async function inLanes<T, R>(
  works: readonly T[],
  work: (item: T, app: SmallApp) => Promise<R>,
): Promise<readonly PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  const waiting = [...works.entries()];
  const lane = async (): Promise<void> => {
    const app = newApp(1);
    await deploy(app, newVersion());
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      [results[index] as PromiseSettledResult<R>] = await Promise.allSettled([work(item, app)]);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

function valueOf<T>(outcome: PromiseSettledResult<T> | undefined): T {
  if (outcome?.status === 'fulfilled') return outcome.value;
  throw outcome?.reason instanceof Error ? outcome.reason : new Error(String(outcome?.reason));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-faults-'));
  await publishEmptyImage();
});

afterAll(async () => {
  await kubectl(
    'delete',
    'namespaces',
    '--ignore-not-found',
    '--wait=false',
    ...apps.map(({ namespace }) => namespace),
  );
  await rm(folder, { recursive: true });
});

describe('a fault of the cluster’s API', () => {
  interface Outcome {
    readonly code: string | undefined;
    readonly met: boolean;
    readonly state: LiveState;
    readonly right: LiveState;
  }

  /** Deploys a version with a fault, and once more without where that one failed. */
  async function withFault(fault: ProxyFault, app: SmallApp): Promise<Outcome> {
    const before = await liveState(app);
    const version = newVersion();
    return proxied(async (proxy) => {
      proxy.faults.add(fault);
      const code = (await ended(await startDeploy(app, version, proxy))).outputs['failure-code'];
      const met = proxy.calls.some(({ faulty }) => faulty);
      if (code !== '') await deploy(app, version);
      return { code, met, state: await liveState(app), right: stateAfter(before, version, app) };
    });
  }

  let outcomes: readonly PromiseSettledResult<Outcome>[];
  beforeAll(async () => {
    const faults = [...survived.map(([, fault]) => fault), ...fatal.map(([, , fault]) => fault)];
    outcomes = await inLanes(faults, withFault);
  });

  it.each(survived.map(([name], index) => [name, index] as const))('%s: the run gets over it', (_, index) => {
    const { code, met, state, right } = valueOf(outcomes[index]);
    expect({ code, met }).toEqual({ code: '', met: true });
    expect(state).toEqual(right);
  });

  it.each(fatal.map(([name, code], index) => [name, code, survived.length + index] as const))(
    '%s: ends the run as %s, and the next one completes it',
    (_, code, index) => {
      const outcome = valueOf(outcomes[index]);
      expect(outcome).toMatchObject({ code, met: true });
      expect(outcome.state).toEqual(outcome.right);
    },
  );
});

describe('a fault in the middle of an undo', () => {
  interface Outcome {
    readonly rollout: string | undefined;
    readonly met: boolean;
    readonly before: LiveState;
    readonly after: LiveState;
    readonly next: LiveState;
    readonly right: LiveState;
  }

  async function whileUndoing(fault: ProxyFault, app: SmallApp): Promise<Outcome> {
    const before = await liveState(app);
    return proxied(async (proxy) => {
      proxy.faults.add(fault);
      const broken = newVersion({ image: 'Not an image' });
      const report = await ended(await startDeploy(app, broken, proxy, { 'rollback-on-failure': 'true' }));
      const after = await liveState(app);
      const version = newVersion();
      await deploy(app, version);
      return {
        rollout: report.outputs['rollout'],
        met: proxy.calls.some(({ faulty }) => faulty),
        before,
        after,
        next: await liveState(app),
        right: stateAfter(after, version, app),
      };
    });
  }

  let outcomes: readonly PromiseSettledResult<Outcome>[];
  beforeAll(async () => {
    outcomes = await inLanes(
      undone.map(([, fault]) => fault),
      whileUndoing,
    );
  });

  it.each(undone.map(([name], index) => [name, index] as const))('%s: all goes back once', (_, index) => {
    const { rollout, met, before, after, next, right } = valueOf(outcomes[index]);
    expect({ rollout, met }).toEqual({ rollout: 'rolled-back', met: true });
    expect(after).toMatchObject({
      version: before.version,
      replicaSets: before.replicaSets + 1,
      revision: before.revision + 2,
      generation: before.generation + 2,
      readyPods: 1,
    });
    expect(next).toEqual(right);
  });
});

describe('a run that is killed', () => {
  /** Deploys a version, killed when its nth call has arrived, and again. Gives whether there was such a call. */
  async function killedAt(app: SmallApp, version: Version, nth: number): Promise<boolean> {
    return proxied(async (proxy) => {
      const run = await startDeploy(app, version, proxy);
      let killed = false;
      proxy.onCall(() => {
        if (proxy.calls.length === nth) killed = run.process.kill('SIGKILL');
      });
      await run.ended;
      await deploy(app, version);
      return killed;
    });
  }

  /** Gives how many calls there are up to the last that writes; what is read after that changes nothing. */
  async function callsOf(app: SmallApp, version: Version): Promise<number> {
    return proxied(async (proxy) => {
      await ended(await startDeploy(app, version, proxy));
      return (
        proxy.calls.findLastIndex(({ method, path }) => method !== 'GET' && !path.includes('dryRun')) + 1
      );
    });
  }

  it('at any of its calls is completed by the next one', async () => {
    // A rollout without pods is as much of one, and pods are slow.
    const app = newApp(0);
    const first = await callsOf(app, newVersion());
    const update = await callsOf(app, newVersion());
    const limit = pLimit(LANES);
    const firsts = Array.from({ length: first }, (_, index) =>
      limit(async () => {
        const fresh = newApp(0);
        const version = newVersion();
        const killed = await killedAt(fresh, version, index + 1);
        const state = await liveState(fresh);
        return { nth: index + 1, killed, state, right: stateAfter(undefined, version, fresh) };
      }),
    );
    const outcomes = await Promise.all(firsts);
    // From one version to the next in the same namespace, one after another.
    const updates = Array.from({ length: update }, (_, index) => index + 1);
    const updating = async (): Promise<void> => {
      const own = newApp(0);
      await deploy(own, newVersion());
      for (let nth = updates.shift(); nth !== undefined; nth = updates.shift()) {
        const before = await liveState(own);
        const version = newVersion();
        const killed = await killedAt(own, version, nth);
        outcomes.push({ nth, killed, state: await liveState(own), right: stateAfter(before, version, own) });
      }
    };
    await Promise.all(Array.from({ length: LANES }, updating));
    expect(outcomes.map(({ nth, state }) => ({ nth, state }))).toEqual(
      outcomes.map(({ nth, right }) => ({ nth, state: right })),
    );
    // How often a rollout is looked at differs, so a run may have fewer calls than the one that was counted.
    expect(outcomes.filter(({ killed }) => killed).length).toBeGreaterThan(outcomes.length / 2);
  });
});
