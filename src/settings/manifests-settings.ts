import { isObject } from '../json';
import { readKubeconfig, type Kubeconfig } from '../manifests/kubeconfig';
import { isPattern } from '../manifests/sources';
import type { Files } from '../ports';
import type { DeployEvent } from './event';
import type { InputReader } from './inputs';
import { DNS_LABEL, dnsLabel } from './names';
import { secretless } from './secretless';
import { SHIPPED_PARTS, shippedSet, USUAL_PARTS, type ShippedPart } from './shipped-manifests';
import {
  PRUNE_MODES,
  type Command,
  type InfraSettings,
  type ManifestsSettings,
  type Skipped,
  type Surroundings,
} from './settings';

/** Reads what the manifests step needs, or why it does not run. */
export function readManifests(
  inputs: InputReader,
  environment: string,
  command: Command,
  infra: InfraSettings | Skipped,
  event: DeployEvent,
  around: Surroundings,
): ManifestsSettings | Skipped {
  if (!hasManifests(inputs)) {
    if (command === 'restart' || command === 'rollback' || command === 'destroy')
      inputs.fault('manifests', `is never, but ${command} is about what was deployed by manifests`);
    return { run: false, reason: 'manifests is never' };
  }
  // What is rolled back to, or deleted, stands in the cluster.
  const isLoaded = command !== 'rollback' && command !== 'destroy';
  const own = readOwn(inputs, around.files, isLoaded);
  const parts = readParts(inputs, own);
  const namespace = inputs.text('namespace') ?? dnsLabel(event.repository);
  if (!DNS_LABEL.test(namespace))
    inputs.fault('namespace', `is ${JSON.stringify(namespace)}, but must be 1 to 63 of a-z, 0-9 and -`);
  const given = inputs.map('variables');
  const secrets = readSecrets(inputs);
  const prune = inputs.choice('prune', PRUNE_MODES, 'safe');
  const forceConflicts = inputs.flag('force-conflicts', false);
  const timeoutSeconds = inputs.seconds('manifests-timeout', '5m');
  const inventory = `${dnsLabel(event.repository)}-${environment}-inventory`;
  // With secrets-token the secret is a copy of what the infra step hands on, and may be older.
  const isCopy = infra.run && inputs.text('secrets-token') !== undefined;
  const kubeconfig = isCopy ? undefined : readKubeConfigInput(inputs, event, around.clock.now());
  const bare = secretless(event, inputs);
  if (bare !== undefined) return { run: false, reason: bare };
  if (kubeconfig === undefined && !infra.run && inputs.text('kube-config') === undefined) {
    inputs.fault('kube-config', `is missing: ${infra.reason}, so nothing else gives the cluster`);
  }
  const set =
    own.length > 0
      ? { paths: own, variables: given, faults: [] }
      : shippedSet(`${around.actionFolder}/manifests`, { parts, variables: given, secrets }, around.files);
  for (const { input, text } of isLoaded ? set.faults : []) inputs.fault(input, text);
  return {
    run: true,
    paths: set.paths,
    namespace,
    variables: set.variables,
    secrets,
    inventory,
    prune,
    forceConflicts,
    timeoutSeconds,
    kubeconfig,
    pullToken: inputs.text('pull-token'),
    pullUsername: inputs.text('registry-username') ?? event.owner,
  };
}

/** Whether manifests are deployed at all: the word `never` stands where their paths would. */
export function hasManifests(inputs: InputReader): boolean {
  return inputs.text('manifests') !== 'never';
}

/** Gives the manifests of the repository itself; none where it has none, and the shipped set is used. */
function readOwn(inputs: InputReader, files: Files, isLoaded: boolean): readonly string[] {
  const given = inputs.lines('manifests');
  for (const path of given) {
    if (isLoaded && files.kind(path) === 'missing' && !isPattern(path))
      inputs.fault('manifests', `names ${path}, which is not here`);
  }
  const usual = ['manifests', 'k8s'].find((folder) => files.kind(folder) === 'folder');
  return given.length > 0 || usual === undefined ? given : [usual];
}

/** Gives the parts of the shipped set that are wanted; to choose some beside manifests of one's own would do nothing. */
function readParts(inputs: InputReader, own: readonly string[]): readonly ShippedPart[] {
  const words = inputs
    .lines('shipped-manifests')
    .flatMap((line) => line.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) return USUAL_PARTS;
  if (own.length > 0)
    inputs.fault(
      'shipped-manifests',
      `is given, but ${own.join(', ')} is used and not the set that ships with the action`,
    );
  const isPart = (word: string): word is ShippedPart => SHIPPED_PARTS.some((part) => part === word);
  for (const word of words.filter((each) => !isPart(each)))
    inputs.fault(
      'shipped-manifests',
      `has ${JSON.stringify(word)}, but each must be one of: ${SHIPPED_PARTS.join(', ')}`,
    );
  return [...new Set(words.filter(isPart))];
}

function readKubeConfigInput(inputs: InputReader, event: DeployEvent, now: number): Kubeconfig | undefined {
  const text = inputs.text('kube-config');
  const context = inputs.text('kube-context');
  const allowExec = inputs.flag('kube-config-exec', false);
  if (text === undefined) {
    if (context !== undefined && secretless(event, inputs) === undefined)
      inputs.fault(
        'kube-context',
        `is ${JSON.stringify(context)}, but there is no kube-config to choose it from`,
      );
    return undefined;
  }
  const kubeconfig = readKubeconfig(text, { now, context, allowExec });
  if (typeof kubeconfig !== 'string') return kubeconfig;
  inputs.fault('kube-config', kubeconfig);
  return undefined;
}

const SECRETS_SHAPE =
  'the name of each Secret, such as `app-secret:`, and indented below it its keys, such as `API_KEY: "..."`';

function readSecrets(inputs: InputReader): ManifestsSettings['secrets'] {
  const entries = Object.entries(inputs.map('secrets', SECRETS_SHAPE)).map(([name, keys]) => {
    if (!isObject(keys)) {
      inputs.fault('secrets', `must give ${name} a map of keys and values: ${SECRETS_SHAPE}`);
      return [name, {}] as const;
    }
    for (const [key, value] of Object.entries(keys)) {
      if (typeof value !== 'string')
        inputs.fault('secrets', `must give ${name}.${key} a text: put it in quotes`);
    }
    return [name, keys as Readonly<Record<string, string>>] as const;
  });
  return Object.fromEntries(entries);
}
