import { isObject } from '../json';
import { readKubeconfig, type Kubeconfig } from '../manifests/kubeconfig';
import { isPattern } from '../manifests/sources';
import type { DeployEvent } from './event';
import type { InputReader } from './inputs';
import { DNS_LABEL, dnsLabel } from './names';
import { secretless } from './secretless';
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
  { files, clock, actionFolder }: Surroundings,
): ManifestsSettings | Skipped {
  const own = ['manifests', 'k8s'].find((folder) => files.kind(folder) === 'folder');
  const given = inputs.lines('manifests');
  const paths = given.length > 0 ? given : [own ?? `${actionFolder}/manifests`];
  for (const path of paths) {
    // What is rolled back to, or deleted, stands in the cluster.
    if (command !== 'rollback' && command !== 'destroy' && files.kind(path) === 'missing' && !isPattern(path))
      inputs.fault('manifests', `names ${path}, which is not here`);
  }
  const namespace = inputs.text('namespace') ?? dnsLabel(event.repository);
  if (!DNS_LABEL.test(namespace))
    inputs.fault('namespace', `is ${JSON.stringify(namespace)}, but must be 1 to 63 of a-z, 0-9 and -`);
  const variables = inputs.map('variables');
  const secrets = readSecrets(inputs);
  const prune = inputs.choice('prune', PRUNE_MODES, 'safe');
  const forceConflicts = inputs.flag('force-conflicts', false);
  const timeoutSeconds = inputs.seconds('manifests-timeout', '5m');
  const inventory = `${dnsLabel(event.repository)}-${environment}-inventory`;
  // With secrets-token the secret is a copy of what the infra step hands on, and may be older.
  const isCopy = infra.run && inputs.text('secrets-token') !== undefined;
  const kubeconfig = isCopy ? undefined : readKubeConfigInput(inputs, event, clock.now());
  const bare = secretless(event, inputs);
  if (bare !== undefined) return { run: false, reason: bare };
  if (kubeconfig === undefined && !infra.run && inputs.text('kube-config') === undefined) {
    inputs.fault('kube-config', `is missing: ${infra.reason}, so nothing else gives the cluster`);
  }
  return {
    run: true,
    paths,
    namespace,
    variables,
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

function readSecrets(inputs: InputReader): ManifestsSettings['secrets'] {
  const entries = Object.entries(inputs.map('secrets')).map(([name, keys]) => {
    if (!isObject(keys)) {
      inputs.fault('secrets', `must give ${name} a map of keys and values`);
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
