import { textAt, type JsonObject } from '../json';
import { KubeconfigProblem, quoted } from './kubeconfig-problem';

/** Addresses that mean the machine itself or lead to a cluster on it (kind, minikube, Docker Desktop). */
const LOCAL =
  /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|(kubernetes|host)\.docker\.internal)$/;
const INSIDE = /^(kubernetes(\.default.*)?|.*\.svc|.*\.cluster\.local)$/;
const PRIVATE = /^(10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[f[cd][0-9a-f:]*\])$/;

/** Gives the server of a cluster, to be reached by https and known by its certificate alone. Throws KubeconfigProblem. */
export function checkServer(
  name: string,
  cluster: JsonObject,
): { readonly server: string; readonly warnings: readonly string[] } {
  const owner = `its cluster ${quoted(name)}`;
  const server = textAt(cluster, 'server').trim().replace(/\/+$/, '');
  if (server === '')
    throw new KubeconfigProblem(`has no server in ${owner}: give the https address of the API server`);
  if (/^http:/i.test(server))
    throw new KubeconfigProblem(
      `has a server in ${owner} by plain http, where anybody on the way reads the credentials: give its https address`,
    );
  if (!/^https:\/\//i.test(server))
    throw new KubeconfigProblem(
      `has a server in ${owner} that does not begin with https://: give its https address`,
    );
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || /\s/.test(server))
    throw new KubeconfigProblem(`has a server in ${owner} that is no address: give it as https://HOST:PORT`);
  if (url.username !== '' || url.password !== '')
    throw new KubeconfigProblem(
      `has credentials in the address of the server of ${owner}: give a token of the user instead`,
    );
  if (url.search !== '' || url.hash !== '')
    throw new KubeconfigProblem(`has a server in ${owner} with a ? or # in it: give it as https://HOST:PORT`);
  if (cluster['insecure-skip-tls-verify'] === true)
    throw new KubeconfigProblem(
      `sets insecure-skip-tls-verify in ${owner}, so anybody on the way could take the credentials: remove it, and give certificate-authority-data`,
    );
  if (textAt(cluster, 'proxy-url') !== '')
    throw new KubeconfigProblem(
      `goes through a proxy (proxy-url in ${owner}), which is not supported: remove it where the runner reaches the server without`,
    );
  return { server, warnings: warningsOf(owner, url.hostname) };
}

function warningsOf(owner: string, host: string): readonly string[] {
  const where = LOCAL.test(host)
    ? 'on the machine itself (as kind and minikube have)'
    : INSIDE.test(host)
      ? 'that only pods of the cluster reach'
      : PRIVATE.test(host)
        ? 'in a private network'
        : undefined;
  return where === undefined
    ? []
    : [
        `has a server in ${owner} ${where}: a runner of GitHub’s cannot reach it; give the public address, or use a runner of your own there`,
      ];
}
