import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { applyOrRecreate } from '../../src/manifests/recreate';
import type { PlacedObject } from '../../src/manifests/apply';
import { ManualClock } from '../support/clock';
import { FakeCluster, refusal } from '../support/cluster';
import { failureOf } from '../support/failure';

const NAME = 'Job/ns/migrate';
const JOB = { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', namespaced: true };

function job(annotations: JsonObject = {}): PlacedObject {
  return {
    key: { type: JOB, namespace: 'ns', name: 'migrate' },
    object: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'ns', annotations },
      spec: { image: 2 },
    },
    source: 'job.yaml',
  };
}

/** A cluster that has the job and does not let its spec be changed. */
function clusterWith(status: JsonObject): FakeCluster {
  const cluster = new FakeCluster();
  cluster.put({
    kind: 'Job',
    metadata: { name: 'migrate', namespace: 'ns', uid: 'u' },
    spec: { image: 1 },
    status,
  });
  const causes = [{ field: 'spec.template', message: 'Invalid value: {...}: field is immutable' }];
  cluster.refuse(NAME, () =>
    cluster.objects.has(NAME) ? refusal(422, { message: 'immutable', details: { causes } }) : undefined,
  );
  return cluster;
}

const run = (cluster: FakeCluster, item: PlacedObject, preview = false): ReturnType<typeof applyOrRecreate> =>
  applyOrRecreate(item, { preview, namespaceIsMade: false }, { cluster, clock: new ManualClock() });

test('a Job that has ended is made anew', async () => {
  const cluster = clusterWith({ succeeded: 1 });
  const { change } = await run(cluster, job());
  expect(change).toMatchObject({ object: NAME, action: 'configured' });
  expect(cluster.removed).toEqual([NAME]);
  expect(cluster.objects.get(NAME)).toMatchObject({ spec: { image: 2 } });
});

test('a preview says so and deletes nothing', async () => {
  const cluster = clusterWith({ succeeded: 1 });
  expect((await run(cluster, job(), true)).change.note).toContain('made anew');
  expect(cluster.removed).toEqual([]);
});

describe('a Job that runs', () => {
  test('is left alone, and the field is named', async () => {
    const cluster = clusterWith({ active: 1 });
    const failure = await failureOf(run(cluster, job()));
    expect(failure).toMatchObject({ code: 'manifest-immutable' });
    expect(failure.cause).toContain('spec.template');
    expect(cluster.removed).toEqual([]);
  });

  test('is made anew where it is annotated so', async () => {
    const cluster = clusterWith({ active: 1 });
    await run(cluster, job({ 'wpp-deploy-action/recreate': 'true' }));
    expect(cluster.removed).toEqual([NAME]);
  });
});

test('what does not go away is told after a minute', async () => {
  const cluster = clusterWith({ succeeded: 1 });
  cluster.remove = () => Promise.resolve({ ok: true, object: {} });
  expect((await failureOf(run(cluster, job()))).cause).toContain('still there after 60 s');
});

test('another refusal is passed on', async () => {
  const cluster = new FakeCluster();
  cluster.refuse(NAME, () => refusal(422, { message: 'no such image' }));
  expect(await failureOf(run(cluster, job()))).toMatchObject({ code: 'manifest-refused' });
});
