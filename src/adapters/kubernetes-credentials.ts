import type { ConnectionOptions } from 'node:tls';
import { at, listAt, textAt } from '../json';
import type { Kubeconfig } from '../manifests/kubeconfig';
import { parseYaml } from '../manifests/yaml';

/** How to enter one API server. Secret. */
export interface Credentials {
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername'>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Gives the credentials that a kubeconfig holds for its current context. */
export function credentialsOf(kubeconfig: Kubeconfig): Credentials {
  const [config] = parseYaml(kubeconfig.text);
  const named = (list: string, name: string, field: string): unknown =>
    at(
      listAt(config, list).find((entry) => textAt(entry, 'name') === name),
      field,
    );
  const context = named('contexts', textAt(config, 'current-context'), 'context');
  const cluster = named('clusters', textAt(context, 'cluster'), 'cluster');
  const user = named('users', textAt(context, 'user'), 'user');
  const decoded = (value: unknown, field: string): Buffer | undefined =>
    textAt(value, field) === '' ? undefined : Buffer.from(textAt(value, field), 'base64');
  const tls = {
    ca: decoded(cluster, 'certificate-authority-data'),
    cert: decoded(user, 'client-certificate-data'),
    key: decoded(user, 'client-key-data'),
    servername: textAt(cluster, 'tls-server-name') || undefined,
  };
  const [token, as] = [textAt(user, 'token'), textAt(user, 'as')];
  return {
    tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
    headers: { ...(as === '' ? {} : { 'impersonate-user': as }), ...(token === '' ? {} : bearer(token)) },
  };
}

/** Gives the header by which a token enters. */
export function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
