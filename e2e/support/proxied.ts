import { readFile } from 'node:fs/promises';
import { apiServer } from '../../sandbox/parts/kubernetes-client.ts';
import { certificateFile, keyFile } from '../../sandbox/paths.ts';
import { startFaultProxy, type FaultProxy } from '../../sandbox/proxy/fault-proxy.ts';

/** Does `work` with a proxy before the cluster's API server. */
export async function proxied<T>(work: (proxy: FaultProxy) => Promise<T>): Promise<T> {
  const [cert, key] = await Promise.all([
    readFile(certificateFile('kubernetes'), 'utf8'),
    readFile(keyFile('kubernetes'), 'utf8'),
  ]);
  const proxy = await startFaultProxy({ target: apiServer, tls: { cert, key } });
  try {
    return await work(proxy);
  } finally {
    await proxy.close();
  }
}
