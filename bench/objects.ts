import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';

type KubernetesObject = Readonly<Record<string, unknown>>;

/** The parts of each kind in a hundred objects; the workloads have no replicas, so that only the API is measured. */
const PARTS: readonly [number, (name: string) => KubernetesObject][] = [
  [25, configMap],
  [15, secret],
  [15, service],
  [10, serviceAccount],
  [8, role],
  [7, roleBinding],
  [20, deployment],
];

/** Gives `count` objects in the mix; none names a namespace. */
export function objects(count: number): readonly KubernetesObject[] {
  const bounds = PARTS.map((_, index) =>
    Math.round((PARTS.slice(0, index + 1).reduce((sum, [part]) => sum + part, 0) / 100) * count),
  );
  return PARTS.flatMap(([, make], index) => {
    const from = bounds[index - 1] ?? 0;
    return Array.from({ length: (bounds[index] ?? 0) - from }, (_, at) =>
      make(`bench-${String(from + at).padStart(4, '0')}`),
    );
  });
}

/** Writes the objects into a folder of YAML files: one for each where there are few, else 25 or 30 files as people have. */
export async function writeObjects(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = count <= 15 ? count : count <= 100 ? 25 : 30;
  const all = objects(count);
  for (let file = 0; file < files; file += 1) {
    const own = all.filter((_, index) => index % files === file).map((object) => dump(object));
    await writeFile(join(folder, `${String(file).padStart(2, '0')}.yaml`), own.join('---\n'));
  }
}

const labels = (name: string) => ({ app: name, 'app.kubernetes.io/managed-by': 'bench' });
const metadata = (name: string) => ({ name, labels: labels(name) });

function configMap(name: string): KubernetesObject {
  const data = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`KEY_${index}`, `value ${index} of ${name}`]),
  );
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(name), data };
}

function secret(name: string): KubernetesObject {
  const data = { password: Buffer.from(`password of ${name}`).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: metadata(name), type: 'Opaque', data };
}

function service(name: string): KubernetesObject {
  const ports = [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(name),
    spec: { selector: { app: name }, ports },
  };
}

function serviceAccount(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(name) };
}

function role(name: string): KubernetesObject {
  const rules = [{ apiGroups: [''], resources: ['configmaps', 'pods'], verbs: ['get', 'list', 'watch'] }];
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: metadata(name), rules };
}

function roleBinding(name: string): KubernetesObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: metadata(name),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'developers' }],
  };
}

function deployment(name: string): KubernetesObject {
  const container = {
    name: 'app',
    image: 'registry.k8s.io/pause:3.10',
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [{ name: 'LOG_LEVEL', value: 'info' }],
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
    readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 5 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name),
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: labels(name) }, spec: { containers: [container] } },
    },
  };
}
