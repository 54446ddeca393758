import { at, isObject, listAt, textAt } from '../json';
import { parseYaml } from './yaml';

/** A kubeconfig that was checked: it names a server and carries the credentials to enter. */
export interface Kubeconfig {
  /** The whole file as YAML text. Secret. */
  readonly text: string;
  readonly server: string;
  /** Every credential in it, to be masked. Secret. */
  readonly credentials: readonly string[];
}

/** Fields that point to files or programs of the machine that the kubeconfig was made on. */
const ELSEWHERE = [
  'certificate-authority',
  'client-certificate',
  'client-key',
  'tokenFile',
  'exec',
  'auth-provider',
];
const CREDENTIAL_FIELDS = ['token', 'password', 'client-key-data', 'client-certificate-data'];

/**
 * Reads a kubeconfig given as YAML, as base64 (wrapped or not), or encoded twice, as the Linode API's answer is
 * when it is encoded again. Gives a sentence that has no credential of it when it is none.
 */
export function readKubeconfig(given: string): Kubeconfig | string {
  const text = decode(given);
  if (text === undefined) return 'is neither a kubeconfig nor the base64 of one';
  let config: unknown;
  try {
    config = parseYaml(text)[0];
  } catch {
    return 'decodes to text that is not YAML';
  }
  if (!isObject(config) || !Array.isArray(config['clusters']))
    return 'decodes to YAML that is no kubeconfig: it has no clusters';
  const current = textAt(config, 'current-context');
  if (current === '') return 'has no current-context';
  const context = at(named(config, 'contexts', current), 'context');
  if (context === undefined) return `names the context ${JSON.stringify(current)}, which it does not have`;
  const server = textAt(named(config, 'clusters', textAt(context, 'cluster')), 'cluster', 'server');
  if (!/^https:\/\/[^/\s]+/.test(server)) return 'has no https server for its current context';
  const user = at(named(config, 'users', textAt(context, 'user')), 'user');
  if (!isObject(user)) return 'has no user for its current context';
  const cluster = at(named(config, 'clusters', textAt(context, 'cluster')), 'cluster');
  const foreign = ELSEWHERE.find(
    (field) => at(user, field) !== undefined || at(cluster, field) !== undefined,
  );
  if (foreign !== undefined)
    return `leans on ${foreign}, which the runner has not: make it with \`kubectl config view --flatten\` or use a token`;
  return { text, server, credentials: credentialsOf(config) };
}

function decode(given: string): string | undefined {
  let text = given.trim();
  for (let layer = 0; layer < 3; layer += 1) {
    if (/^\s*["']?(apiVersion|kind|clusters|contexts|users|current-context|preferences)["']?\s*:/m.test(text))
      return text;
    if (text.startsWith('{')) return text;
    const compact = text.replaceAll(/\s/g, '');
    if (compact === '' || compact.length % 4 === 1 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact))
      return undefined;
    text = Buffer.from(compact, 'base64').toString('utf8');
  }
  return undefined;
}

function named(config: unknown, list: string, name: string): unknown {
  return listAt(config, list).find((entry) => textAt(entry, 'name') === name);
}

function credentialsOf(config: unknown): readonly string[] {
  return listAt(config, 'users').flatMap((entry) =>
    CREDENTIAL_FIELDS.map((field) => textAt(entry, 'user', field)).filter((value) => value !== ''),
  );
}
