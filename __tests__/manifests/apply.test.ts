import { describe, expect, test } from '@jest/globals';
import { applyObject, FIELD_MANAGER, type PlacedObject } from '../../src/manifests/apply';
import { conflict, FakeCluster, refusal } from '../support/cluster';
import { failureOf } from '../support/failure';

const type = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', namespaced: true };
const secretType = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
const mode = { preview: false, namespaceIsMade: false };
const NAME = 'Deployment/ns/bot';

function placed(kind = 'Deployment'): PlacedObject {
  const metadata = { name: 'bot', namespace: 'ns' };
  return {
    key: { type: kind === 'Secret' ? secretType : type, namespace: 'ns', name: 'bot' },
    object: { apiVersion: 'apps/v1', kind, metadata, spec: { replicas: 1 } },
    source: 'bot.yaml',
  };
}

/** Refuses as long as it is not forced, as the API server does where others own fields. */
function owned(...managers: readonly string[]): FakeCluster {
  const cluster = new FakeCluster();
  cluster.refuse(NAME, ({ force }) => (force ? undefined : conflict(...managers)));
  return cluster;
}

test('writes with our field manager, after a dry run', async () => {
  const cluster = new FakeCluster();
  await applyObject(placed(), mode, cluster);
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
      const { change } = await applyObject(placed(), mode, cluster);
      expect(change.action).toBe('created');
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
    const failure = await failureOf(applyObject(placed(), mode, cluster));
    expect(cluster.applies).toEqual([]);
    expect(failure.code).toBe(managers.length === 0 ? 'manifest-refused' : 'manifest-conflict');
  });

  test('names the owners once and the fields each', async () => {
    const failure = await failureOf(applyObject(placed(), mode, owned('helm', 'keda', 'helm')));
    expect(failure.cause).toBe(`${NAME} (bot.yaml) sets fields that another tool owns: helm, keda`);
    expect(failure.evidence).toEqual([
      '.spec.replicas is owned by helm',
      '.spec.replicas is owned by keda',
      '.spec.replicas is owned by helm',
    ]);
  });

  test('is told in a preview too', async () => {
    const failure = await failureOf(applyObject(placed(), { ...mode, preview: true }, owned('helm')));
    expect(failure.code).toBe('manifest-conflict');
  });
});

describe('a refusal', () => {
  test('has the server’s words and the fields', async () => {
    const cluster = new FakeCluster();
    const details = { causes: [{ field: 'spec.replicas', message: 'negative' }, {}] };
    cluster.refuse(NAME, () => refusal(422, { message: 'replicas is negative', details }));
    const failure = await failureOf(applyObject(placed(), mode, cluster));
    expect(failure).toMatchObject({
      code: 'manifest-refused',
      cause: `the cluster refused ${NAME} (bot.yaml): replicas is negative`,
      evidence: ['spec.replicas'],
    });
  });

  test('without a message has the HTTP code', async () => {
    const cluster = new FakeCluster();
    cluster.refuse(NAME, () => refusal(500, {}));
    const failure = await failureOf(applyObject(placed(), mode, cluster));
    expect(failure.cause).toContain('HTTP 500');
  });

  test('a 403 has an advice of its own', async () => {
    const cluster = new FakeCluster();
    cluster.refuse(NAME, () => refusal(403));
    expect((await failureOf(applyObject(placed(), mode, cluster))).advice).toContain('right to do this');
  });

  test('of a Secret does not repeat what the server says, which has its values', async () => {
    const cluster = new FakeCluster();
    const status = { reason: 'Invalid', message: 'data.password: Invalid value: "hunter2"' };
    cluster.refuse('Secret/ns/bot', () => refusal(422, status));
    const failure = await failureOf(applyObject(placed('Secret'), mode, cluster));
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(failure.cause).toContain('Invalid');
  });

  test('of the write after a good dry run fails too', async () => {
    const cluster = new FakeCluster();
    cluster.refuse(NAME, ({ dryRun }) =>
      dryRun ? undefined : refusal(409, { message: 'changed meanwhile' }),
    );
    const failure = await failureOf(applyObject(placed(), mode, cluster));
    expect(failure.cause).toContain('changed meanwhile');
  });
});

test('a 404 counts as waiting only in a preview, and only where the namespace is made', async () => {
  const cluster = new FakeCluster();
  cluster.refuse(NAME, () => refusal(404));
  const codes = await Promise.all([
    failureOf(applyObject(placed(), { preview: false, namespaceIsMade: true }, cluster)),
    failureOf(applyObject(placed(), { preview: true, namespaceIsMade: false }, cluster)),
  ]);
  expect(codes.map(({ code }) => code)).toEqual(['manifest-refused', 'manifest-refused']);
  const waiting = await applyObject(placed(), { preview: true, namespaceIsMade: true }, cluster);
  expect(waiting).toMatchObject({ change: { action: 'created' }, result: undefined });
});
