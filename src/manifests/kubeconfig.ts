import { at, isObject, listAt, textAt, type JsonObject } from '../json';
import { checkAuthorities } from './kubeconfig-certificates';
import { KubeconfigProblem, nameList, quoted } from './kubeconfig-problem';
import { checkServer } from './kubeconfig-server';
import { decodeKubeconfig } from './kubeconfig-text';
import { fieldOf, readLogin, type ExecPlugin } from './kubeconfig-user';
import { parseKubeconfig } from './kubeconfig-yaml';

/** A kubeconfig that was checked: it names a server and carries the credentials to enter. */
export interface Kubeconfig {
  /** The chosen context, its cluster and its user alone, as JSON. Secret. */
  readonly text: string;
  readonly server: string;
  /** Every credential in what was given, of every user, to be masked. Secret. */
  readonly credentials: readonly string[];
  /** A program that gives the credentials. */
  readonly exec?: ExecPlugin;
  /** What may go wrong with it, as predicates. */
  readonly warnings?: readonly string[];
}

export interface KubeconfigRules {
  /** Milliseconds since the epoch, against which certificates and tokens are held. */
  readonly now: number;
  /** The context to take; without it the file's current one. */
  readonly context?: string | undefined;
  /** Whether a program that the kubeconfig names may be run. */
  readonly allowExec?: boolean;
}

const CREDENTIAL_FIELDS = ['token', 'password', 'client-key-data', 'client-certificate-data'];
const SECRET_VARIABLE = /TOKEN|SECRET|PASSWORD|KEY/i;

/**
 * Reads a kubeconfig in any of the forms in which people give one. Gives a predicate that has no credential of it, such as
 * `has no users: …`, when it cannot be used: what is wrong, where, and what to do. Never throws.
 */
export function readKubeconfig(given: string, rules: KubeconfigRules): Kubeconfig | string {
  try {
    return read(decodeKubeconfig(given), rules);
  } catch (error) {
    if (error instanceof KubeconfigProblem) return error.message;
    return 'cannot be read as a kubeconfig: make it with `kubectl config view --raw --flatten --minify`';
  }
}

/** Gives every credential in a text that is a kubeconfig in any form, sound or not; of other texts none. Secret. */
export function credentialsIn(given: string): readonly string[] {
  try {
    return credentialsOf(parseKubeconfig(decodeKubeconfig(given)));
  } catch {
    return [];
  }
}

function read(text: string, { now, context: wanted, allowExec = false }: KubeconfigRules): Kubeconfig {
  const config = parseKubeconfig(text);
  const contextName = wanted ?? currentContext(config);
  const context = entry(
    config,
    'context',
    contextName,
    wanted === undefined ? 'its current-context' : 'kube-context',
  );
  const owner = `its context ${quoted(contextName)}`;
  const clusterName = textAt(context, 'cluster');
  const userName = textAt(context, 'user');
  const cluster = entry(config, 'cluster', clusterName, owner);
  const { server, warnings } = checkServer(clusterName, cluster);
  const authority = readAuthority(clusterName, cluster, now);
  const known = {
    server,
    ...(authority === undefined ? {} : { 'certificate-authority-data': authority }),
    ...(textAt(cluster, 'tls-server-name') === ''
      ? {}
      : { 'tls-server-name': textAt(cluster, 'tls-server-name') }),
  };
  const login = readLogin(userName, entry(config, 'user', userName, owner), known, { now, allowExec });
  return {
    text: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': contextName,
      contexts: [{ name: contextName, context: { cluster: clusterName, user: userName } }],
      clusters: [{ name: clusterName, cluster: known }],
      users: [{ name: userName, user: login.user }],
    }),
    server,
    credentials: credentialsOf(config),
    ...(login.exec === undefined ? {} : { exec: login.exec }),
    warnings: [...warnings, ...login.warnings],
  };
}

function currentContext(config: JsonObject): string {
  const given = config['current-context'];
  if (typeof given === 'string' && given !== '') return given;
  const cut = given === undefined ? ', or copy the file again where it was cut off' : '';
  throw new KubeconfigProblem(
    `has no current-context: choose one by the input kube-context${cut}; its contexts are ${nameList(namesOf(config, 'contexts'))}`,
  );
}

/** Gives what one of `clusters`, `contexts` or `users` has under a name that `by` asks for. */
function entry(
  config: JsonObject,
  kind: 'context' | 'cluster' | 'user',
  name: string,
  by: string,
): JsonObject {
  const list = `${kind}s`;
  if (name === '')
    throw new KubeconfigProblem(`has no ${kind} in ${by}: it has ${nameList(namesOf(config, list))}`);
  const found = listAt(config, list).filter((each) => textAt(each, 'name') === name);
  if (found.length === 0)
    throw new KubeconfigProblem(
      `has no ${kind} ${quoted(name)}, which ${by} names: it has ${nameList(namesOf(config, list))}`,
    );
  if (found.length > 1)
    throw new KubeconfigProblem(
      `has ${found.length} ${list} with the name ${quoted(name)}: keep one of them`,
    );
  const value = at(found[0], kind);
  if (isObject(value)) return value;
  // kubectl writes a user without credentials as `user: {}` or leaves it empty.
  if (kind === 'user' && (value === null || value === undefined)) return {};
  throw new KubeconfigProblem(
    `has nothing in its ${kind} ${quoted(name)}: make it with \`kubectl config view --raw --flatten --minify\``,
  );
}

function readAuthority(name: string, cluster: JsonObject, now: number): string | undefined {
  const owner = `its cluster ${quoted(name)}`;
  const authority = fieldOf(owner, cluster, 'certificate-authority-data');
  if (authority !== undefined) {
    checkAuthorities(authority, now);
    return authority.data;
  }
  if (textAt(cluster, 'certificate-authority') !== '')
    throw new KubeconfigProblem(
      `points to a file by certificate-authority in ${owner}, which the runner has not: make it with \`kubectl config view --raw --flatten --minify\``,
    );
  return undefined;
}

function namesOf(config: JsonObject, list: string): readonly string[] {
  return listAt(config, list)
    .map((each) => textAt(each, 'name'))
    .filter((name) => name !== '');
}

function credentialsOf(config: JsonObject): readonly string[] {
  return listAt(config, 'users').flatMap((each) => {
    const fields = CREDENTIAL_FIELDS.map((field) => textAt(each, 'user', field).trim());
    const variables = listAt(at(each, 'user', 'exec'), 'env').map((variable) =>
      SECRET_VARIABLE.test(textAt(variable, 'name')) ? textAt(variable, 'value') : '',
    );
    return [...fields, ...variables].filter((value) => value !== '');
  });
}
