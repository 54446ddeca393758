import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl } from '../sandbox/live.ts';
import { call } from '../sandbox/cluster-api.ts';

/** What the namespaces of measurements begin with. */
const PREFIX = 'bench-';
/** Every collection that the objects of a measurement are in. */
const COLLECTIONS = [
  '/apis/apps/v1/deployments',
  '/api/v1/configmaps',
  '/api/v1/secrets',
  '/api/v1/services',
  '/api/v1/serviceaccounts',
  '/apis/rbac.authorization.k8s.io/v1/rolebindings',
  '/apis/rbac.authorization.k8s.io/v1/roles',
];

/** Makes a namespace and waits for what every namespace is given. */
export async function makeNamespace(name: string): Promise<string> {
  const namespace = `${PREFIX}${name}`;
  await call('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { bench: 'true' } },
  });
  await until(`the service account of ${namespace}`, async () => {
    const { items } = (await call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts`)) as List;
    return items.length > 0;
  });
  return namespace;
}

/** Waits until the controllers have seen all Deployments of a namespace, so that what they do is in nobody's time. */
export async function settle(namespace: string): Promise<void> {
  await until(`the Deployments of ${namespace}`, async () => {
    const { items } = (await call('GET', `/apis/apps/v1/namespaces/${namespace}/deployments`)) as List;
    return items.every(({ metadata, status }) => status?.observedGeneration === metadata.generation);
  });
}

/** Deletes what is in a namespace; the namespace itself goes when all is measured. */
export async function emptyNamespace(namespace: string): Promise<void> {
  await Promise.all(
    COLLECTIONS.map((path) => {
      const at = path.lastIndexOf('/');
      const collection = `${path.slice(0, at)}/namespaces/${namespace}${path.slice(at)}`;
      return call('DELETE', collection, { propagationPolicy: 'Background' });
    }),
  );
}

/** Deletes every namespace of measurements, and waits for their end where asked. */
export async function removeNamespaces(wait: boolean): Promise<void> {
  await kubectl('delete', 'namespaces', '--selector=bench=true', `--wait=${wait}`);
}

interface List {
  readonly items: readonly {
    readonly metadata: { readonly generation?: number };
    readonly status?: { readonly observedGeneration?: number };
  }[];
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 100) {
    if (waited > 120_000) throw new Error(`${what}: nothing after two minutes`);
    await sleep(100);
  }
}
