import { DeployError } from '../errors';
import { isObject, textAt, type JsonObject } from '../json';
import type { Kubeconfig } from '../manifests/kubeconfig';
import type { ExecPlugin } from '../manifests/kubeconfig-user';
import { bearer, credentialsOf, type Credentials } from './kubernetes-credentials';
import { run, type Exit } from './process';

const TIME_LIMIT_SECONDS = 60;
const SHOWN_LINES = 5;
/** Words that may be a token or a key, whoever printed them. */
const TOKEN_LIKE = /[A-Za-z0-9+/=_.~-]{20,}/g;

/**
 * Gives the credentials of the kubeconfig, or of its exec plugin where it has one. The program gets none of the action's
 * inputs and a time limit, and what it prints is not shown, unlike by the way of `@kubernetes/client-node`. Throws DeployError.
 */
export async function login(
  kubeconfig: Kubeconfig,
  mask: (secret: string) => void,
  signal: AbortSignal,
): Promise<Credentials> {
  const known = credentialsOf(kubeconfig);
  if (kubeconfig.exec === undefined) return known;
  const { token, certificate, key } = credentialOf(await ask(kubeconfig.exec, signal), kubeconfig.exec);
  for (const secret of [token, key]) mask(secret);
  return {
    tls: { ...known.tls, ...(certificate === '' ? {} : { cert: certificate, key }) },
    headers: { ...known.headers, ...(token === '' ? {} : bearer(token)) },
  };
}

async function ask(plugin: ExecPlugin, signal: AbortSignal): Promise<Exit> {
  const limit = AbortSignal.timeout(TIME_LIMIT_SECONDS * 1000);
  try {
    const { command, args, env } = plugin;
    return await run({ file: command, args, env, signal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) throw failed(plugin, `did not end within ${TIME_LIMIT_SECONDS} s`);
    throw error;
  }
}

/** Reads an ExecCredential (client.authentication.k8s.io), of which nothing is ever shown. */
function credentialOf(
  { code, stdout, tail }: Exit,
  plugin: ExecPlugin,
): Record<'token' | 'certificate' | 'key', string> {
  if (code === 127) throw failed(plugin, 'could not be started: the runner has no such program');
  const output = new Set(stdout.split(/\r?\n/));
  const said = tail.filter((line) => !output.has(line)).slice(-SHOWN_LINES);
  const shown = said.map((line) => line.replaceAll(TOKEN_LIKE, '***'));
  if (code !== 0) throw failed(plugin, `ended with exit code ${code}`, shown);
  const status = statusOf(stdout);
  if (status === undefined) throw failed(plugin, 'printed no ExecCredential with a status', shown);
  const token = textAt(status, 'token').trim();
  const [certificate, key] = [textAt(status, 'clientCertificateData'), textAt(status, 'clientKeyData')];
  if ((certificate === '') !== (key === ''))
    throw failed(plugin, 'gave a certificate without its key, or a key without its certificate', shown);
  if (token === '' && certificate === '')
    throw failed(plugin, 'gave neither a token nor a certificate', shown);
  if (/[^\x21-\x7E]/.test(token)) throw failed(plugin, 'gave a token with signs that no token has', shown);
  const end = Date.parse(textAt(status, 'expirationTimestamp'));
  if (end <= Date.now())
    throw failed(plugin, `gave credentials that expired on ${new Date(end).toISOString()}`, shown);
  return { token, certificate, key };
}

function statusOf(stdout: string): JsonObject | undefined {
  try {
    const credential: unknown = JSON.parse(stdout);
    const status = isObject(credential) ? credential['status'] : undefined;
    return isObject(status) ? status : undefined;
  } catch {
    return undefined;
  }
}

function failed(plugin: ExecPlugin, how: string, evidence: readonly string[] = []): DeployError {
  const name = JSON.stringify(plugin.command.split(/[/\\]/).at(-1));
  return new DeployError({
    code: 'cluster-unauthorized',
    cause: `the program ${name}, which kube-config names to log in, ${how}`,
    advice:
      'Install and configure it in a step before this one, or give a kubeconfig with the token of a service account.',
    evidence,
  });
}
