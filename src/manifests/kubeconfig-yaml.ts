import { at, isObject, textAt, type JsonObject } from '../json';
import { KubeconfigProblem, quoted } from './kubeconfig-problem';
import { decodeKubeconfig } from './kubeconfig-text';
import { parseYaml, YamlError } from './yaml';

const LISTS = ['clusters', 'contexts', 'users'] as const;
const AGAIN = 'copy all of it again, as `base64 < kubeconfig.yaml`';

/** Gives the kubeconfig of a decoded text: a map with clusters, contexts and users. Throws KubeconfigProblem. */
export function parseKubeconfig(text: string): JsonObject {
  const documents = documentsOf(text).filter((document) => document !== null && document !== undefined);
  const [config] = documents;
  if (documents.length > 1)
    throw new KubeconfigProblem(
      `has ${documents.length} YAML documents: give one kubeconfig, merged by \`kubectl config view --raw --flatten\``,
    );
  if (!isObject(config))
    throw new KubeconfigProblem('is YAML, but no kubeconfig: it is no map with clusters, contexts and users');
  refuseOthers(config);
  const missing = LISTS.filter((list) => config[list] === undefined);
  if (missing.length === LISTS.length && config['current-context'] === undefined)
    throw new KubeconfigProblem(
      'has none of the fields of a kubeconfig (clusters, contexts, users): give the content of the kubeconfig file',
    );
  if (missing.length > 0)
    throw new KubeconfigProblem(
      `has no ${missing.join(' and no ')}; it ends at line ${lineCount(text)}, where it may be cut off: ${AGAIN}`,
    );
  for (const list of LISTS) {
    const value = config[list];
    if (value === null || (Array.isArray(value) && value.length === 0))
      throw new KubeconfigProblem(
        `has no ${list}, as kubectl's empty kubeconfig: get the one of the cluster (Linode: Download kubeconfig)`,
      );
    if (!Array.isArray(value))
      throw new KubeconfigProblem(`has ${list} that are no list: each must begin with \`- name:\``);
  }
  return config;
}

function documentsOf(text: string): readonly unknown[] {
  try {
    return parseYaml(text);
  } catch (error) {
    const lines = text.split('\n');
    if (!text.trim().includes('\n') && !/^\s*\{/.test(text) && /\s(clusters|contexts|users|kind):/.test(text))
      throw new KubeconfigProblem(
        'has lost its line breaks, as by `echo $VARIABLE` without quotes: give it as `base64 < kubeconfig.yaml`',
      );
    const tab = lines.findIndex((line) => /^ *\t/.test(line)) + 1;
    if (tab > 0) throw new KubeconfigProblem(`is not YAML: line ${tab} is indented by a tab; use spaces`);
    if (!(error instanceof YamlError)) throw error;
    const line = Number(/line (\d+)/.exec(error.place)?.[1] ?? 0);
    throw new KubeconfigProblem(
      line >= lines.length
        ? `is cut off: it breaks off at ${error.place}, in its last line; ${AGAIN}`
        : `is not YAML at ${error.place}: ${AGAIN}`,
    );
  }
}

/** Other objects of Kubernetes are told by their kind; one that holds a kubeconfig with the place where. */
function refuseOthers(config: JsonObject): void {
  const [kind, apiVersion] = [textAt(config, 'kind'), textAt(config, 'apiVersion')];
  if (kind !== '' && kind !== 'Config') {
    const place = holderOf(config);
    throw new KubeconfigProblem(
      place === undefined
        ? `is a manifest of kind ${quoted(kind)}, not a kubeconfig: give the kubeconfig file of the cluster`
        : `is a manifest of kind ${quoted(kind)} that holds the kubeconfig: give the value of ${place} alone`,
    );
  }
  if (apiVersion !== '' && apiVersion !== 'v1')
    throw new KubeconfigProblem(
      `has the apiVersion ${quoted(apiVersion)}, but a kubeconfig has v1: give the kubeconfig file of the cluster`,
    );
}

function holderOf(object: JsonObject): string | undefined {
  for (const field of ['data', 'stringData']) {
    const map = at(object, field);
    const key = Object.keys(isObject(map) ? map : {}).find((name) => holdsKubeconfig(textAt(map, name)));
    if (key !== undefined) return `${field}.${key}`;
  }
  return undefined;
}

function holdsKubeconfig(text: string): boolean {
  try {
    return /\bclusters\b/.test(decodeKubeconfig(text));
  } catch {
    return false;
  }
}

function lineCount(text: string): number {
  return text.split('\n').length;
}
