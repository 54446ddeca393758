import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { runManifests } from '../../src/manifests/manifests';
import type { Manifest } from '../../src/manifests/objects';
import type { ManifestsResult } from '../../src/manifests/result';
import { ManualClock } from '../support/clock';
import { FakeCluster, refusal } from '../support/cluster';
import { failureOf } from '../support/failure';
import { aManifest } from '../support/manifests';

const NAME = 'Job/ns/migrate';
const ENDED = { conditions: [{ type: 'Complete', status: 'True' }] };

function job(annotations: JsonObject = {}): Manifest {
  return aManifest('batch/v1', 'Job', 'migrate', {
    metadata: { name: 'migrate', annotations },
    spec: { template: 2 },
  });
}

/** A cluster that has the job and does not let its spec be changed. */
function clusterWith(status: JsonObject): FakeCluster {
  const cluster = new FakeCluster();
  cluster.put({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace: 'ns', uid: 'u' },
    spec: { template: 1 },
    status,
  });
  const causes = [{ field: 'spec.template', message: 'Invalid value: {...}: field is immutable' }];
  cluster.refuse(NAME, () =>
    cluster.objects.has(NAME) ? refusal(422, { message: 'immutable', details: { causes } }) : undefined,
  );
  return cluster;
}

let done: string[] = [];

function run(cluster: FakeCluster, manifest: Manifest, preview = false): Promise<ManifestsResult> {
  done = [];
  const did = (line: string): void => void done.push(line);
  const options = {
    namespace: 'ns',
    preview,
    forceConflicts: false,
    inventory: 'inventory',
    prune: 'safe',
  } as const;
  return runManifests([manifest], options, { cluster, clock: new ManualClock(), did });
}

const changeIn = ({ changes }: ManifestsResult): unknown => changes.find(({ object }) => object === NAME);

test('a Job that has ended is made anew', async () => {
  const cluster = clusterWith(ENDED);
  expect(changeIn(await run(cluster, job()))).toMatchObject({ action: 'configured' });
  expect(cluster.removed).toEqual([NAME]);
  expect(cluster.objects.get(NAME)).toMatchObject({ spec: { template: 2 } });
});

test('that it was deleted is told, also where it is refused then', async () => {
  const cluster = clusterWith(ENDED);
  cluster.refuse(NAME, () =>
    cluster.removed.length === 0
      ? refusal(422, { details: { causes: [{ field: 'spec.template', message: 'field is immutable' }] } })
      : refusal(403),
  );
  await failureOf(run(cluster, job()));
  expect(done).toContain(`deleted ${NAME} to make it anew`);
});

test('a preview says so and deletes nothing', async () => {
  const cluster = clusterWith(ENDED);
  expect(changeIn(await run(cluster, job(), true))).toMatchObject({
    note: expect.stringContaining('made anew') as unknown,
  });
  expect(cluster.removed).toEqual([]);
});

describe('a Job that runs', () => {
  test('is left alone, and both values of the field are told before anything is written', async () => {
    const cluster = clusterWith({ active: 1 });
    const failure = await failureOf(run(cluster, job()));
    expect(failure).toMatchObject({
      code: 'manifest-immutable',
      evidence: ['spec.template is 1, the manifest says 2'],
    });
    expect([cluster.removed, cluster.written]).toEqual([[], []]);
  });

  test('is left alone before its first pod is there, too', async () => {
    expect(await failureOf(run(clusterWith({}), job()))).toMatchObject({ code: 'manifest-immutable' });
  });

  test('is made anew where it is annotated so', async () => {
    const cluster = clusterWith({ active: 1 });
    await run(cluster, job({ 'wpp-deploy-action/recreate': 'true' }));
    expect(cluster.removed).toEqual([NAME]);
  });
});

test('what does not go away is told after a minute', async () => {
  const cluster = clusterWith(ENDED);
  cluster.remove = () => Promise.resolve({ ok: true, object: {} });
  expect((await failureOf(run(cluster, job()))).cause).toContain('still there after 60 s');
});

test('what was deleted by a run that was killed then is made by the next one', async () => {
  const cluster = clusterWith(ENDED);
  const remove = cluster.remove.bind(cluster);
  cluster.remove = async (key) => {
    await remove(key);
    throw new Error('killed here');
  };
  await expect(run(cluster, job())).rejects.toThrow('killed here');
  cluster.remove = remove;
  expect(changeIn(await run(cluster, job()))).toMatchObject({ action: 'created' });
});

test('another refusal is passed on', async () => {
  const cluster = new FakeCluster();
  cluster.refuse(NAME, () => refusal(422, { message: 'no such image' }));
  expect(await failureOf(run(cluster, job()))).toMatchObject({ code: 'manifest-refused' });
});
