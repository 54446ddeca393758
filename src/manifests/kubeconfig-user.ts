import { at, isObject, listAt, textAt, type JsonObject } from '../json';
import { checkClient, type PemField } from './kubeconfig-certificates';
import { dateText, KubeconfigProblem, quoted } from './kubeconfig-problem';

/** A program that prints an ExecCredential (client.authentication.k8s.io), as a kubeconfig names it. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  /** With KUBERNETES_EXEC_INFO. May hold secrets. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a user of a kubeconfig logs in with, checked. */
export interface Login {
  /** The fields of the user that the client needs. Secret. */
  readonly user: JsonObject;
  readonly exec: ExecPlugin | undefined;
  readonly warnings: readonly string[];
}

const EXEC_GROUP = 'client.authentication.k8s.io';
const FILES = { 'client-certificate': 'client-certificate-data', 'client-key': 'client-key-data' } as const;
const IMPERSONATION = ['as-groups', 'as-uid', 'as-user-extra'];
const NEW_ONE = 'make a new kubeconfig and update the secret';

/** Checks what the user `name` logs in to `cluster` with. Throws KubeconfigProblem. */
export function readLogin(
  name: string,
  user: JsonObject,
  cluster: JsonObject,
  rules: { readonly now: number; readonly allowExec: boolean },
): Login {
  const owner = `its user ${quoted(name)}`;
  refuseElsewhere(owner, user);
  const exec = readExec(owner, user, cluster, rules.allowExec);
  const token = readToken(owner, user, rules.now);
  const [certificate, key] = [
    fieldOf(owner, user, 'client-certificate-data'),
    fieldOf(owner, user, 'client-key-data'),
  ];
  if ((certificate === undefined) !== (key === undefined))
    throw new KubeconfigProblem(
      certificate === undefined
        ? `has a client-key-data in ${owner}, but no client-certificate-data for it: give both`
        : `has a client-certificate-data in ${owner}, but no client-key-data for it: give both`,
    );
  const warning =
    certificate === undefined || key === undefined ? undefined : checkClient(certificate, key, rules.now);
  if (token === undefined && certificate === undefined && exec === undefined) refuseEmpty(owner, user);
  const as = textAt(user, 'as');
  return {
    user: {
      ...(token === undefined ? {} : { token }),
      ...(certificate === undefined
        ? {}
        : { [certificate.field]: certificate.data, 'client-key-data': key?.data }),
      ...(as === '' ? {} : { as }),
    },
    exec,
    warnings: warning === undefined ? [] : [warning],
  };
}

/** What lies on the machine that the kubeconfig was made on, and what no client can do any more. */
function refuseElsewhere(owner: string, user: JsonObject): void {
  if (user['auth-provider'] !== undefined && user['auth-provider'] !== null)
    throw new KubeconfigProblem(
      `logs in by an auth-provider in ${owner}, which Kubernetes 1.26 took away: use a token of a service account, or an exec plugin with kube-config-exec: true`,
    );
  for (const field of ['tokenFile', 'token-file', ...Object.keys(FILES)]) {
    const inside = FILES[field as keyof typeof FILES] as string | undefined;
    if (textAt(user, field) === '' || (inside !== undefined && textAt(user, inside) !== '')) continue;
    throw new KubeconfigProblem(
      `points to a file by ${field} in ${owner}, which the runner has not: make it with \`kubectl config view --raw --flatten --minify\`, or use a token`,
    );
  }
  const more = IMPERSONATION.find((field) => Object.keys((user[field] as object | null) ?? {}).length > 0);
  if (more !== undefined)
    throw new KubeconfigProblem(
      `acts for others by ${more} in ${owner}, which is not supported (only \`as\` is): log in as the account itself`,
    );
}

function refuseEmpty(owner: string, user: JsonObject): never {
  if (textAt(user, 'username') !== '' || textAt(user, 'password') !== '')
    throw new KubeconfigProblem(
      `logs in by username and password in ${owner}, which Kubernetes 1.19 took away: use a token of a service account`,
    );
  throw new KubeconfigProblem(
    `has no credentials in ${owner} (no token, no client certificate): make it with \`kubectl config view --raw --flatten --minify\` where kubectl can log in`,
  );
}

/** Gives a text field, or undefined where it is not there or empty; one that kubectl hid or sops sealed is refused. */
export function fieldOf(owner: string, holder: JsonObject, field: string): PemField | undefined {
  const value = holder[field];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string')
    throw new KubeconfigProblem(`has a ${field} in ${owner} that is no text: put it in quotes`);
  const data = value.trim();
  if (/^(DATA\+OMITTED|REDACTED)$/.test(data))
    throw new KubeconfigProblem(
      `has no real ${field} in ${owner}, since \`kubectl config view\` hid it: make it with \`kubectl config view --raw --flatten --minify\``,
    );
  if (data.startsWith('ENC['))
    throw new KubeconfigProblem(
      `has a ${field} in ${owner} that sops encrypted: give the decrypted kubeconfig`,
    );
  return data === '' ? undefined : { owner, field, data };
}

function readToken(owner: string, user: JsonObject, now: number): string | undefined {
  const token = fieldOf(owner, user, 'token')?.data;
  if (token === undefined) return undefined;
  if (!/^[\x21-\x7E]+$/.test(token))
    throw new KubeconfigProblem(
      `has a token in ${owner} with white space or signs that no token has: copy it again, in one line`,
    );
  if (/^(\*+|<.*>|\$\{.*\})$/.test(token))
    throw new KubeconfigProblem(`has only a placeholder for the token in ${owner}: put in the token itself`);
  checkJwt(owner, token, now);
  return token;
}

/** A token that is a JWT says when it is valid (RFC 7519: `exp` and `nbf`, seconds since the epoch). */
function checkJwt(owner: string, token: string, now: number): void {
  if (!/^eyJ[\w-]*(\.|$)/.test(token)) return;
  const [, payload = '', signature = ''] = token.split('.');
  const claims = jsonOf(Buffer.from(payload, 'base64url').toString('utf8'));
  if (signature === '' || !isObject(claims))
    throw new KubeconfigProblem(
      `has a token in ${owner} that is a damaged or cut JWT: copy it again as a whole`,
    );
  const [end, start] = [at(claims, 'exp'), at(claims, 'nbf')];
  const today = `(it is ${dateText(now)})`;
  if (typeof end === 'number' && end * 1000 <= now)
    throw new KubeconfigProblem(
      `has a token in ${owner} that expired on ${dateText(end * 1000)} ${today}: ${NEW_ONE}`,
    );
  if (typeof start === 'number' && start * 1000 > now + 60_000)
    throw new KubeconfigProblem(
      `has a token in ${owner} that is not valid before ${dateText(start * 1000)} ${today}: check the clock of the runner, or ${NEW_ONE}`,
    );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readExec(
  owner: string,
  user: JsonObject,
  cluster: JsonObject,
  allowed: boolean,
): ExecPlugin | undefined {
  const exec = user['exec'];
  if (exec === undefined || exec === null) return undefined;
  const command = textAt(exec, 'command');
  if (command === '')
    throw new KubeconfigProblem(`has an exec plugin in ${owner} without a command: name the program`);
  const name = quoted(command.split(/[/\\]/).at(-1) ?? command);
  if (!allowed)
    throw new KubeconfigProblem(
      `runs a program on the runner (exec: ${name}) to log in ${owner}: use a token of a service account, or allow it by kube-config-exec: true`,
    );
  const apiVersion = textAt(exec, 'apiVersion');
  if (![`${EXEC_GROUP}/v1`, `${EXEC_GROUP}/v1beta1`].includes(apiVersion))
    throw new KubeconfigProblem(
      `has an exec plugin in ${owner} with the apiVersion ${quoted(apiVersion)}, but only ${EXEC_GROUP}/v1 and /v1beta1 are known: make it with a newer version of ${name}`,
    );
  if (textAt(exec, 'interactiveMode') === 'Always')
    throw new KubeconfigProblem(
      `has an exec plugin in ${owner} that asks at a terminal (interactiveMode: Always), which a runner has not: use a token of a service account`,
    );
  const env = listAt(exec, 'env').map((each) => [textAt(each, 'name'), textAt(each, 'value')] as const);
  const about = at(exec, 'provideClusterInfo') === true ? { cluster } : {};
  const info = { apiVersion, kind: 'ExecCredential', spec: { ...about, interactive: false } };
  return {
    command,
    args: listAt(exec, 'args').map(String),
    env: {
      ...Object.fromEntries(env.filter(([key]) => key !== '')),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    },
  };
}
