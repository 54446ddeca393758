import type { Kubeconfig } from '../manifests/kubeconfig';
import type { ResourceType } from '../ports';
import { ApiServer } from './kubernetes-http';
import { login } from './kubernetes-login';

/** One API server as a kubeconfig enters it. */
export interface Connection {
  readonly server: Promise<ApiServer>;
  /** The types that are known so far, by apiVersion. */
  readonly types: Map<string, Promise<readonly ResourceType[]>>;
}

/** The steps of a run make a client each; those of one kubeconfig log in once and share a connection. */
const connections = new WeakMap<Kubeconfig, Connection>();

/** Gives the connection of a kubeconfig; `mask` is told the credentials that a program of its gives. */
export function connectionOf(
  kubeconfig: Kubeconfig,
  mask: (secret: string) => void,
  signal: AbortSignal,
): Connection {
  const known = connections.get(kubeconfig);
  if (known !== undefined) return known;
  const server = login(kubeconfig, mask, signal).then(
    (credentials) => new ApiServer(new URL(kubeconfig.server), credentials),
  );
  const connection = { server, types: new Map<string, Promise<readonly ResourceType[]>>() };
  connections.set(kubeconfig, connection);
  // Told by the first call; a client that is never used must not end the process.
  server.catch(() => connections.delete(kubeconfig));
  return connection;
}
