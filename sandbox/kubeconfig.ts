import { readFile } from 'node:fs/promises';
import { administratorFile } from './parts/cluster.ts';

interface Administrator {
  readonly server: string;
  readonly caData: string;
  readonly token: string;
}

/** Gives a kubeconfig of the cluster as Linode's are, with the administrator's token; `server` names a proxy in front of it. */
export async function administratorKubeconfig(server?: string): Promise<string> {
  const own = JSON.parse(await readFile(administratorFile(), 'utf8')) as Administrator;
  return `apiVersion: v1
kind: Config
current-context: own
clusters:
  - name: own
    cluster: {server: "${server ?? own.server}", certificate-authority-data: "${own.caData}"}
users:
  - name: admin
    user: {token: "${own.token}"}
contexts:
  - name: own
    context: {cluster: own, user: admin}
`;
}
