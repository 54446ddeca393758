import { readFileSync } from 'node:fs';
import { Ajv, type JSONSchemaType } from 'ajv';
import { clusterOf } from './cluster-lookup.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { notYet } from './error.ts';

/** The real cluster that every simulated one stands for. */
export interface ClusterAccess {
  /** Such as `https://sandbox.us-east-1-gw.linodelke.net:443`. */
  readonly server: string;
  /** Base64 of the certificate authority's PEM text. */
  readonly caData: string;
  /** Token of a service account. */
  readonly token: string;
}

const schema: JSONSchemaType<ClusterAccess> = {
  type: 'object',
  properties: { server: { type: 'string' }, caData: { type: 'string' }, token: { type: 'string' } },
  required: ['server', 'caData', 'token'],
};
const ajv = new Ajv({ allErrors: true });
const isAccess = ajv.compile(schema);

/** Reads a JSON file of server, caData and token; throws an error that names the file and what it lacks. */
export function readClusterAccess(file: string): ClusterAccess {
  const candidate: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isAccess(candidate)) return candidate;
  throw new Error(ajv.errorsText(isAccess.errors, { dataVar: file }));
}

/** Writes the kubeconfig as LKE does: an empty line first, names made of the cluster's id, one token. */
export function kubeconfigText(id: number, { server, caData, token }: ClusterAccess): string {
  return `
apiVersion: v1
kind: Config
preferences: {}

clusters:
- cluster:
    certificate-authority-data: ${caData}
    server: ${server}
  name: lke${id}

users:
- name: lke${id}-admin
  user:
    as-user-extra: {}
    token: ${token}

contexts:
- context:
    cluster: lke${id}
    namespace: default
    user: lke${id}-admin
  name: lke${id}-ctx

current-context: lke${id}-ctx
`;
}

function countDown(call: Call, part: 'kubeconfig' | 'apiEndpoints', what: string): void {
  const { pending } = clusterOf(call);
  if (pending[part] === 0) return;
  pending[part] -= 1;
  throw notYet(what);
}

/** The ways into a cluster. `access` is asked at each call, since the real cluster may come up later. */
export function kubeconfigEndpoints(access: () => ClusterAccess): readonly Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/lke/clusters/{cluster}/kubeconfig',
      scope: 'lke:read_write',
      handle: (call) => {
        countDown(call, 'kubeconfig', 'Cluster kubeconfig is');
        const text = kubeconfigText(clusterOf(call).id, access());
        return { kubeconfig: Buffer.from(text).toString('base64') };
      },
    },
    {
      path: '/lke/clusters/{cluster}/api-endpoints',
      scope: 'lke:read_only',
      list: (call) => {
        countDown(call, 'apiEndpoints', 'Cluster API Endpoints are');
        const { hostname } = new URL(access().server);
        return [443, 6443].map((port) => ({ endpoint: `https://${hostname}:${port}` }));
      },
    },
    {
      method: 'GET',
      path: '/lke/clusters/{cluster}/dashboard',
      scope: 'lke:read_write',
      handle: (call) => {
        const [, ...region] = new URL(access().server).hostname.split('.');
        return { url: `https://${clusterOf(call).id}.dashboard.${region.join('.')}` };
      },
    },
  ];
}
