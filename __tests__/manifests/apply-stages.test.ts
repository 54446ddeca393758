import { describe, expect, test } from '@jest/globals';
import { runManifests } from '../../src/manifests/manifests';
import type { Manifest } from '../../src/manifests/objects';
import type { ManifestsResult } from '../../src/manifests/result';
import { ManualClock } from '../support/clock';
import { FakeCluster, refusal } from '../support/cluster';
import { failureOf } from '../support/failure';
import { aConfigMap, aDeployment, aManifest } from '../support/manifests';

const INVENTORY = /^ConfigMap\/.*\/inventory$/;
const NAMESPACE = aManifest('v1', 'Namespace', 'wpp-bot');
const SERVICE = aManifest('v1', 'Service', 'bot', { spec: { ports: [] } });
const INGRESS = aManifest('networking.k8s.io/v1', 'Ingress', 'bot', { spec: {} });

/** Gives what was really written but the inventory, which has tests of its own. */
function writtenTo({ written }: FakeCluster): readonly string[] {
  return written.filter((name) => !INVENTORY.test(name));
}

/** Gives a cluster that has the namespace. */
function aCluster(): FakeCluster {
  const cluster = new FakeCluster();
  cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'wpp-bot', generation: 1 } });
  return cluster;
}

interface Run {
  readonly result: Promise<ManifestsResult>;
  readonly done: string[];
}

function apply(cluster: FakeCluster, manifests: readonly Manifest[], preview = false): Run {
  const done: string[] = [];
  const did = (line: string): void => void (line.endsWith('/inventory') || done.push(line));
  const ports = { cluster, clock: new ManualClock(), did };
  const options = {
    namespace: 'wpp-bot',
    preview,
    forceConflicts: false,
    inventory: 'inventory',
    prune: 'safe',
  } as const;
  return { result: runManifests(manifests, options, ports).then(withoutInventory), done };
}

function withoutInventory(result: ManifestsResult): ManifestsResult {
  return { ...result, changes: result.changes.filter(({ object }) => !INVENTORY.test(object)) };
}

test('a first deployment writes everything, in stages', async () => {
  const cluster = new FakeCluster();
  const run = apply(cluster, [INGRESS, aDeployment('bot'), SERVICE, aConfigMap('env'), NAMESPACE]);
  const { changes, workloads } = await run.result;
  expect(writtenTo(cluster)).toEqual([
    'Namespace/wpp-bot',
    'Service/wpp-bot/bot',
    'ConfigMap/wpp-bot/env',
    'Deployment/wpp-bot/bot',
    'Ingress/wpp-bot/bot',
  ]);
  expect(run.done).toEqual(writtenTo(cluster).map((name) => `created ${name}`));
  expect(changes.every(({ action }) => action === 'created')).toBe(true);
  expect(workloads).toEqual([
    {
      key: expect.objectContaining({ namespace: 'wpp-bot', name: 'bot' }) as unknown,
      generation: 1,
      written: true,
    },
  ]);
});

test('a second deployment of the same writes nothing', async () => {
  const cluster = new FakeCluster();
  const manifests = [NAMESPACE, aConfigMap('env'), aDeployment('bot')];
  await apply(cluster, manifests).result;
  const before = writtenTo(cluster).length;
  const run = apply(cluster, manifests);
  const { changes, workloads } = await run.result;
  expect(writtenTo(cluster)).toHaveLength(before);
  expect(run.done).toEqual([]);
  expect(changes.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged']);
  expect(workloads).toMatchObject([{ generation: 1, written: false }]);
});

test('only what drifted is written, and waited for by its new generation', async () => {
  const cluster = aCluster();
  await apply(cluster, [aConfigMap('env'), aDeployment('bot', 'ghcr.io/acme/wpp-bot:1')]).result;
  const before = writtenTo(cluster).length;
  const run = apply(cluster, [aConfigMap('env'), aDeployment('bot', 'ghcr.io/acme/wpp-bot:2')]);
  const { changes, workloads } = await run.result;
  expect(writtenTo(cluster).slice(before)).toEqual(['Deployment/wpp-bot/bot']);
  expect(run.done).toEqual(['configured Deployment/wpp-bot/bot']);
  expect(changes[1]).toEqual({
    object: 'Deployment/wpp-bot/bot',
    action: 'configured',
    fields: [
      {
        path: 'spec.template.spec.containers[0].image',
        before: '"ghcr.io/acme/wpp-bot:1"',
        after: '"ghcr.io/acme/wpp-bot:2"',
      },
    ],
  });
  expect(workloads).toMatchObject([{ generation: 2, written: true }]);
});

test('a stage waits for the one before it', async () => {
  const cluster = aCluster();
  cluster.refuse('ConfigMap/wpp-bot/env', () => refusal(422));
  const run = apply(cluster, [INGRESS, aConfigMap('env'), aConfigMap('other'), aDeployment('bot')]);
  await failureOf(run.result);
  expect(writtenTo(cluster)).toEqual(['ConfigMap/wpp-bot/other']);
  expect(run.done).toEqual(['created ConfigMap/wpp-bot/other']);
});

test('an update that adds something wrong changes nothing', async () => {
  const cluster = aCluster();
  await apply(cluster, [aConfigMap('env')]).result;
  const before = cluster.written.length;
  cluster.refuse('ConfigMap/wpp-bot/more', () => refusal(422, { message: 'more is wrong' }));
  const failure = await failureOf(apply(cluster, [aConfigMap('env', 'y'), aConfigMap('more')]).result);
  expect(failure.cause).toContain('more is wrong');
  expect(cluster.written).toHaveLength(before);
});

test('several refusals of a stage are told together', async () => {
  const cluster = aCluster();
  cluster.refuse('ConfigMap/wpp-bot/a', () => refusal(422, { message: 'a is wrong' }));
  cluster.refuse('ConfigMap/wpp-bot/b', () => refusal(422, { message: 'b is wrong' }));
  const failure = await failureOf(apply(cluster, [aConfigMap('a'), aConfigMap('b'), aConfigMap('c')]).result);
  expect(failure).toMatchObject({ code: 'manifest-refused' });
  expect(failure.cause).toMatch(/^2 objects were refused: .*a is wrong/);
  expect(failure.evidence).toEqual([
    'the cluster refused ConfigMap/wpp-bot/a (a.yaml): a is wrong',
    'the cluster refused ConfigMap/wpp-bot/b (b.yaml): b is wrong',
  ]);
});

test('a call that fails in an unexpected way is a fault, not a refusal', async () => {
  const cluster = aCluster();
  cluster.apply = () => Promise.reject(new TypeError('boom'));
  await expect(apply(cluster, [aConfigMap('a')]).result).rejects.toThrow('a call failed unexpectedly: boom');
});

describe('the namespace of an object', () => {
  test('of the settings is for those that name none; objects of the whole cluster have none', async () => {
    const cluster = aCluster();
    const own = aManifest('v1', 'ConfigMap', 'b', { metadata: { name: 'b', namespace: 'own' } });
    const odd = aManifest('v1', 'Namespace', 'n', { metadata: { name: 'n', namespace: 'odd' } });
    await apply(cluster, [aConfigMap('a'), own, odd]).result;
    expect([...writtenTo(cluster)].sort()).toEqual(['ConfigMap/own/b', 'ConfigMap/wpp-bot/a', 'Namespace/n']);
    const sent = cluster.applies.find(({ name }) => name === 'Namespace/n');
    expect(sent?.object['metadata']).toEqual({ name: 'n', labels: expect.anything() as unknown });
  });
});

describe('a preview', () => {
  test('writes nothing, and tells what would be', async () => {
    const cluster = aCluster();
    await apply(cluster, [aDeployment('bot')]).result;
    const before = writtenTo(cluster).length;
    const manifests = [aConfigMap('env'), aDeployment('bot', 'ghcr.io/acme/wpp-bot:2')];
    const run = apply(cluster, manifests, true);
    const { changes } = await run.result;
    expect(writtenTo(cluster)).toHaveLength(before);
    expect(run.done).toEqual([]);
    expect(changes.map(({ action }) => action)).toEqual(['created', 'configured']);
    expect(changes[1]?.fields).toHaveLength(1);
  });

  test('says which workloads would roll, start and end, and a deployment does not', async () => {
    const cluster = aCluster();
    const deployed = await apply(cluster, [aDeployment('bot'), aDeployment('old')]).result;
    expect(deployed.forecasts).toBeUndefined();
    const wanted = [aDeployment('bot', 'ghcr.io/acme/wpp-bot:2'), aDeployment('new'), SERVICE];
    const { forecasts } = await apply(cluster, wanted, true).result;
    expect(forecasts?.map(({ workload, effect }) => [workload, effect])).toEqual([
      ['Deployment/wpp-bot/bot', 'rolls'],
      ['Deployment/wpp-bot/new', 'starts'],
      ['Deployment/wpp-bot/old', 'ends'],
    ]);
  });

  test('says of a workload that stays as it is that nothing happens to it', async () => {
    const cluster = aCluster();
    await apply(cluster, [aDeployment('bot')]).result;
    expect((await apply(cluster, [aDeployment('bot')], true).result).forecasts).toEqual([]);
  });

  test('an object whose namespace is not made yet would be created', async () => {
    const { changes } = await apply(new FakeCluster(), [NAMESPACE, aConfigMap('env')], true).result;
    expect(changes).toMatchObject([
      { object: 'Namespace/wpp-bot', action: 'created' },
      {
        object: 'ConfigMap/wpp-bot/env',
        action: 'created',
        fields: [],
        note: 'its namespace is made first',
        unchecked: true,
      },
    ]);
  });
});

describe('a preview of what belongs into a namespace that is not there', () => {
  const ELSEWHERE = 'ConfigMap/default/wpp-deploy-preview';

  test('is refused where the object is wrong, with its own name', async () => {
    const cluster = new FakeCluster();
    cluster.refuse(ELSEWHERE, () => refusal(422, { message: 'data is wrong' }));
    const failure = await failureOf(apply(cluster, [NAMESPACE, aConfigMap('env')], true).result);
    expect(failure.cause).toContain('ConfigMap/wpp-bot/env (env.yaml): data is wrong');
  });

  test('is not where the account may not make it in another one', async () => {
    const cluster = new FakeCluster();
    cluster.refuse(ELSEWHERE, () => refusal(403));
    const { changes } = await apply(cluster, [NAMESPACE, aConfigMap('env')], true).result;
    expect(changes).toHaveLength(2);
  });
});

describe('the default namespace', () => {
  test('is made where it is not there, and is no member of the inventory', async () => {
    const cluster = new FakeCluster();
    await apply(cluster, [aConfigMap('env')]).result;
    expect(writtenTo(cluster)).toEqual(['Namespace/wpp-bot', 'ConfigMap/wpp-bot/env']);
    expect(cluster.objects.get('Namespace/wpp-bot')?.['metadata']).toEqual({
      name: 'wpp-bot',
      generation: 1,
    });
  });

  test('is taken to be there by an account that may not see it', async () => {
    const cluster = new FakeCluster();
    cluster.get = () => Promise.resolve(refusal(403));
    await apply(cluster, [aConfigMap('env')]).result;
    expect(writtenTo(cluster)).toEqual(['ConfigMap/wpp-bot/env']);
  });

  test('is not made where no object needs it', async () => {
    const cluster = new FakeCluster();
    const own = aManifest('v1', 'ConfigMap', 'b', { metadata: { name: 'b', namespace: 'own' } });
    await apply(cluster, [own]).result;
    expect(cluster.written).not.toContain('Namespace/wpp-bot');
  });
});

describe('kinds', () => {
  const CRD = aManifest('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'things.example.com');
  const THING = aManifest('example.com/v1', 'Thing', 'a');

  test('one that the cluster lacks is refused with its file', async () => {
    const failure = await failureOf(apply(aCluster(), [THING]).result);
    expect(failure.cause).toBe('a.yaml: the cluster has no kind Thing in example.com/v1');
  });

  test('one that the same run defines is waited for', async () => {
    const cluster = aCluster();
    const thing = { apiVersion: 'example.com/v1', kind: 'Thing', plural: 'things', namespaced: true };
    let asked = 0;
    const known = cluster.types.bind(cluster);
    cluster.types = (apiVersion) => {
      if (apiVersion !== 'example.com/v1') return known(apiVersion);
      asked += 1;
      return Promise.resolve(asked < 3 ? [] : [thing]);
    };
    await apply(cluster, [THING, CRD]).result;
    expect(writtenTo(cluster)).toEqual(['CustomResourceDefinition/things.example.com', 'Thing/wpp-bot/a']);
    expect(asked).toBe(3);
  });

  test('but not for ever', async () => {
    const failure = await failureOf(apply(aCluster(), [THING, CRD]).result);
    expect(failure.cause).toContain('no kind Thing');
  });

  test('in a preview it would be created', async () => {
    const { changes } = await apply(aCluster(), [THING, CRD], true).result;
    expect(changes.at(-1)).toMatchObject({
      action: 'created',
      note: 'cannot be checked until its CustomResourceDefinition is applied',
      unchecked: true,
    });
  });
});
