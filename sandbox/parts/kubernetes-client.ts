import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { caCertificate } from '../certificates.ts';
import { hosts } from '../hosts.ts';
import { certificateFile, home, keyFile } from '../paths.ts';
import { folder } from './part.ts';

/** The address of the sandbox's API server. */
export const apiServer = `https://${hosts.kubernetes.name}`;

/** Gives the name of a file of the control plane's. */
export const clusterFile = (name: string): string => join(folder(join(home, 'kubernetes'), 0o700), name);

/** Writes the kubeconfig of a client that shows a certificate of the sandbox's, and gives its name. */
export async function writeKubeconfig(client: string): Promise<string> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: client } }],
    clusters: [{ name: 'sandbox', cluster: { server: apiServer, 'certificate-authority': caCertificate } }],
    users: [
      {
        name: client,
        user: { 'client-certificate': certificateFile(client), 'client-key': keyFile(client) },
      },
    ],
  };
  const file = clusterFile(`${client}.kubeconfig`);
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
}
