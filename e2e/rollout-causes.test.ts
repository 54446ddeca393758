import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import { hosts } from '../sandbox/hosts.ts';
import { kubectl } from '../sandbox/live.ts';
import { registryUser } from '../sandbox/parts/registry.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import { systemClock } from '../src/adapters/clock';
import { DeployError, type ErrorDetails } from '../src/errors';
import { textAt, type JsonObject } from '../src/json';
import { FIELD_MANAGER } from '../src/manifests/takeover';
import { generationOf } from '../src/manifests/drift';
import { watchedKey, type Workload } from '../src/manifests/workload';
import type { Cluster } from '../src/ports';
import { watchRollout } from '../src/rollout/rollout';
import { connect } from './support/cluster.ts';
import { COMPLETE, FAILING, NAMESPACE, OWN_NAMESPACES, release, type Case } from './support/rollout-cases.ts';
import { aNamespace } from './support/workloads.ts';

/** Far more than any case needs, on whatever machine. */
const TIMEOUT_SECONDS = 150;
/** More at once would only wait for each other. */
const SIDE_BY_SIDE = 20;

interface Outcome {
  readonly failure: ErrorDetails | undefined;
  readonly lines: readonly string[];
}

/** Real pods on a real cluster, all cases side by side: what is seen of each, and that nothing that heals is taken for a failure. */
describe('a rollout', () => {
  const end = new AbortController();
  const limit = pLimit(SIDE_BY_SIDE);
  const outcomes = new Map<string, Promise<Outcome>>();
  let cluster: Cluster;

  /** Applies an object as the manifests step does; gives what is to be waited for. */
  async function apply(object: JsonObject, namespace: string): Promise<readonly Workload[]> {
    const types = await cluster.types(textAt(object, 'apiVersion'));
    const type = types.find(({ kind }) => kind === object['kind']);
    if (type === undefined) throw new Error(`the cluster has no ${textAt(object, 'kind')}`);
    const within = type.namespaced ? namespace : undefined;
    const key = { type, namespace: within, name: textAt(object, 'metadata', 'name') };
    const answer = await cluster.apply(key, object, {
      fieldManager: FIELD_MANAGER,
      dryRun: false,
      force: true,
    });
    if (!answer.ok) throw new Error(JSON.stringify(answer.status));
    if (watchedKey(object, namespace) === undefined) return [];
    return [{ key, generation: generationOf(answer.object), written: true }];
  }

  async function applyAll(objects: readonly JsonObject[], namespace: string): Promise<readonly Workload[]> {
    const workloads: Workload[] = [];
    for (const object of objects) workloads.push(...(await apply(object, namespace)));
    return workloads;
  }

  async function watch(workloads: readonly Workload[]): Promise<Outcome> {
    const lines: string[] = [];
    const log = {
      info: (line: string) => void lines.push(line),
      warning: (line: string) => void lines.push(`warning: ${line}`),
      group: (_: string, group: readonly string[]) => void lines.push(...group),
    };
    const ports = { cluster, clock: systemClock(end.signal), log };
    try {
      await watchRollout(workloads, TIMEOUT_SECONDS, ports);
      return { failure: undefined, lines };
    } catch (error) {
      if (error instanceof DeployError) return { failure: error.details, lines };
      throw error;
    }
  }

  async function run({ namespace = NAMESPACE, before = [], objects, meanwhile }: Case): Promise<Outcome> {
    await watch(await applyAll(before, namespace));
    const workloads = await applyAll(objects, namespace);
    const [outcome] = await Promise.all([watch(workloads), meanwhile?.()]);
    return outcome;
  }

  function outcomeOf({ name }: Case): Promise<Outcome> {
    return outcomes.get(name) ?? Promise.reject(new Error(`${name} was never begun`));
  }

  async function cleanUp(wait: boolean): Promise<void> {
    await release();
    const names = [NAMESPACE, ...OWN_NAMESPACES];
    await kubectl('delete', 'namespace', ...names, '--ignore-not-found', `--wait=${wait}`);
  }

  beforeAll(async () => {
    cluster = await connect(end.signal);
    await cleanUp(true);
    const auth = Buffer.from(`${registryUser}:${readSecrets().githubToken}`).toString('base64');
    const pull = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: { name: 'pull' },
      stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [hosts.registry.name]: { auth } } }) },
    };
    await applyAll([aNamespace(NAMESPACE), pull], NAMESPACE);
    for (const one of [...FAILING, ...COMPLETE]) {
      const outcome = limit(() => run(one));
      // Its test tells it; until then it must not end the process.
      outcome.catch(() => undefined);
      outcomes.set(one.name, outcome);
    }
  });
  afterAll(async () => {
    end.abort();
    await cleanUp(false);
  });

  it.each(FAILING.map((one) => [one.name, one] as const))('fails for %s', async (_, one) => {
    const { failure, lines } = await outcomeOf(one);
    expect({ lines, failure }).toMatchObject({ failure: { code: one.code } });
    expect(failure?.cause).toMatch(one.cause);
    expect(failure?.evidence?.join('\n')).toContain(one.shows ?? '');
  });

  it.each(COMPLETE.map((one) => [one.name, one] as const))('is complete for %s', async (_, one) => {
    const { failure, lines } = await outcomeOf(one);
    expect(failure).toBeUndefined();
    expect(lines.join('\n')).toMatch(one.says ?? /complete/);
  });
});
