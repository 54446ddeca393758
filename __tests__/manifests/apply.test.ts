import { describe, expect, test } from '@jest/globals';
import { check, checkCreation, readLive, write, type PlacedManifest } from '../../src/manifests/apply';
import { FIELD_MANAGER } from '../../src/manifests/takeover';
import { ManualClock } from '../support/clock';
import { conflict, FakeCluster, refusal } from '../support/cluster';
import { failureOf } from '../support/failure';

const type = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', namespaced: true };
const secretType = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
const NAME = 'Deployment/ns/bot';

function placed(kind = 'Deployment'): PlacedManifest {
  const metadata = { name: 'bot', namespace: 'ns' };
  return {
    key: { type: kind === 'Secret' ? secretType : type, namespace: 'ns', name: 'bot' },
    object: { apiVersion: 'apps/v1', kind, metadata, spec: { replicas: 1 } },
    source: 'bot.yaml',
  };
}

/** Checks an object, and writes it, as a deployment does. */
async function apply(manifest: PlacedManifest, cluster: FakeCluster, forceConflicts = false): Promise<void> {
  const ports = { cluster, clock: new ManualClock() };
  const live = await readLive(manifest, cluster);
  const { forced } = await check(manifest, live, { forceConflicts }, ports);
  await write(manifest, live, forced, ports);
}

/** Refuses as long as it is not forced, as the API server does where others own fields. */
function owned(...managers: readonly string[]): FakeCluster {
  const cluster = new FakeCluster();
  cluster.refuse(NAME, ({ force }) => (force ? undefined : conflict(...managers)));
  return cluster;
}

test('writes with our field manager, after a dry run', async () => {
  const cluster = new FakeCluster();
  await apply(placed(), cluster);
  expect(cluster.applies.map(({ options }) => options)).toEqual([
    { fieldManager: FIELD_MANAGER, dryRun: true, force: false },
    { fieldManager: FIELD_MANAGER, dryRun: false, force: false },
  ]);
});

describe('a conflict', () => {
  test.each(['kubectl-client-side-apply', 'kubectl-edit', 'k9s', 'before-first-apply', 'Lens', 'rancher'])(
    'with %s is forced: the repository decides over what people did by hand',
    async (manager) => {
      const cluster = owned(manager);
      await apply(placed(), cluster);
      expect(cluster.applies.map(({ options }) => [options.dryRun, options.force])).toEqual([
        [true, true],
        [false, true],
      ]);
    },
  );

  test.each([
    [['helm']],
    [['kubectl-edit', 'keda-operator']],
    [['kube-controller-manager']],
    [['my-kubectl']],
    [['']],
    [[]],
  ])('with %j is not', async (managers) => {
    const cluster = owned(...managers);
    const failure = await failureOf(apply(placed(), cluster));
    expect(cluster.applies).toEqual([]);
    expect(failure.code).toBe(managers.length === 0 ? 'manifest-refused' : 'manifest-conflict');
  });

  test('names the owners once and the fields each', async () => {
    const failure = await failureOf(apply(placed(), owned('helm', 'keda', 'helm')));
    expect(failure.cause).toBe(`${NAME} (bot.yaml) sets fields that another tool owns: helm, keda`);
    expect(failure.evidence).toEqual([
      '.spec.replicas is owned by helm: it is nothing, the manifest says 1',
      '.spec.replicas is owned by keda: it is nothing, the manifest says 1',
      '.spec.replicas is owned by helm: it is nothing, the manifest says 1',
    ]);
  });

  test('with any manager is forced where that is asked for', async () => {
    const cluster = owned('keda');
    await apply(placed(), cluster, true);
    expect(cluster.written).toEqual([NAME]);
  });
});

describe('a refusal', () => {
  test('has the server’s words and the fields', async () => {
    const cluster = new FakeCluster();
    const details = { causes: [{ field: 'spec.replicas', message: 'negative' }, {}] };
    cluster.refuse(NAME, () => refusal(422, { message: 'replicas is negative', details }));
    const failure = await failureOf(apply(placed(), cluster));
    expect(failure).toMatchObject({
      code: 'manifest-refused',
      cause: `the cluster refused ${NAME} (bot.yaml): replicas is negative`,
      evidence: ['spec.replicas'],
    });
  });

  test('without a message has the HTTP code', async () => {
    const cluster = new FakeCluster();
    cluster.refuse(NAME, () => refusal(500, {}));
    const failure = await failureOf(apply(placed(), cluster));
    expect(failure.cause).toContain('HTTP 500');
  });

  test('a 403 has an advice of its own', async () => {
    const cluster = new FakeCluster();
    cluster.refuse(NAME, () => refusal(403));
    expect((await failureOf(apply(placed(), cluster))).advice).toContain('right to do this');
  });

  test('of a Secret does not repeat what the server says, which has its values', async () => {
    const cluster = new FakeCluster();
    const status = { reason: 'Invalid', message: 'data.password: Invalid value: "hunter2"' };
    cluster.refuse('Secret/ns/bot', () => refusal(422, status));
    const failure = await failureOf(apply(placed('Secret'), cluster));
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(failure.cause).toContain('Invalid');
  });

  test('of the write after a good dry run fails too', async () => {
    const cluster = new FakeCluster();
    cluster.refuse(NAME, ({ dryRun }) =>
      dryRun ? undefined : refusal(409, { message: 'changed meanwhile' }),
    );
    const failure = await failureOf(apply(placed(), cluster));
    expect(failure.cause).toContain('changed meanwhile');
  });
});

describe('taking over an object that changes while it is read', () => {
  const applied = {
    manager: 'helm',
    operation: 'Apply',
    apiVersion: 'apps/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  };

  function changing(times: number): FakeCluster {
    const cluster = new FakeCluster();
    const version = (resourceVersion: string): void =>
      cluster.put({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'bot', namespace: 'ns', resourceVersion, managedFields: [applied] },
        spec: { replicas: 3 },
      });
    version('1');
    const patch = cluster.patch.bind(cluster);
    cluster.patch = (key, operations) => {
      if (cluster.patches.length >= times) return patch(key, operations);
      cluster.patches.push({ name: NAME, operations });
      version(String(cluster.patches.length + 1));
      return Promise.resolve(refusal(409, { message: 'the object has been modified' }));
    };
    return cluster;
  }

  test('reads it again', async () => {
    const cluster = changing(2);
    await apply(placed(), cluster);
    expect(cluster.patches.map(({ operations }) => operations[0]?.['value'])).toEqual(['1', '2', '3']);
    expect(cluster.written).toEqual([NAME]);
  });

  test('but not for ever', async () => {
    const cluster = changing(100);
    expect((await failureOf(apply(placed(), cluster))).cause).toContain('has been modified');
    expect(cluster.patches).toHaveLength(5);
  });
});

test.each([true, false])(
  'what is to be made waits for a webhook too (its namespace is there: %s)',
  async (there) => {
    const cluster = new FakeCluster();
    let asked = 0;
    const silent = refusal(500, {
      message: 'Internal error occurred: failed calling webhook "policy.example.com": timeout',
    });
    cluster.refuse(there ? NAME : 'Deployment/default/wpp-deploy-preview', () =>
      (asked += 1) < 3 ? silent : undefined,
    );
    await checkCreation(placed(), there, { cluster, clock: new ManualClock() });
    expect(asked).toBe(3);
  },
);
