import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { call } from '../../sandbox/cluster-api.ts';
import { administratorKubeconfig } from '../../sandbox/kubeconfig.ts';
import type { FaultProxy } from '../../sandbox/proxy/fault-proxy.ts';
import { listAt, numberAt, textAt } from '../../src/json.ts';
import type { BundleRun } from './bundle.ts';
import { startManifestsOnly } from './manifests-only.ts';

/** A small application in a namespace of its own, of which versions are deployed. */
export interface SmallApp {
  readonly namespace: string;
  readonly folder: string;
  readonly replicas: number;
}

/** A version: it changes the configuration, which rolls the workload, makes one object, and takes the one of another away. */
export interface Version {
  readonly name: string;
  /** What else differs in the container. */
  readonly container?: object;
}

/** Starts a deploy of a version, through a proxy where one is given. */
export async function startDeploy(
  app: SmallApp,
  version: Version,
  proxy?: FaultProxy,
  inputs: Readonly<Record<string, string>> = {},
): Promise<BundleRun> {
  const manifests = join(app.folder, 'manifests');
  await mkdir(manifests, { recursive: true });
  const documents = objects(app, version).map((object) => dump(object));
  await writeFile(join(manifests, 'app.yaml'), documents.join('---\n'));
  const kubeconfig = await administratorKubeconfig(proxy?.url);
  return startManifestsOnly({ kubeconfig, manifests, inputs, ...app });
}

function objects({ namespace, replicas }: SmallApp, { name, container }: Version): readonly object[] {
  const labels = { app: 'app' };
  const configMap = (own: string, data: object): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: own, namespace },
    data,
  });
  const pod = {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'app',
        image: 'docker.io/sandbox/pause:1',
        envFrom: [{ configMapRef: { name: 'settings' } }],
        ...container,
      },
    ],
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    configMap('settings', { VERSION: name }),
    configMap(`only-${name}`, {}),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'app', namespace },
      spec: {
        replicas,
        revisionHistoryLimit: 100,
        // What starts without a probe would have to stand for longer.
        minReadySeconds: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: pod },
      },
    },
  ];
}

/** What the cluster has of an application. */
export interface LiveState {
  /** The ConfigMaps of the manifests. */
  readonly configMaps: readonly string[];
  /** The version that the configuration names. */
  readonly version: string;
  /** The kinds that the inventory names. */
  readonly inventory: string;
  /** One for each template that there was. */
  readonly replicaSets: number;
  /** How many rollouts there were. */
  readonly revision: number;
  /** How often anybody changed the Deployment's spec. */
  readonly generation: number;
  readonly readyPods: number;
}

/** Asks the cluster what it has of the application. */
export async function liveState({ namespace }: SmallApp): Promise<LiveState> {
  const list = async (resource: string): Promise<readonly unknown[]> => {
    const [root, name] = resource.split(' ');
    return listAt(await call('GET', `${root}/namespaces/${namespace}/${name}`), 'items');
  };
  const [configMaps, replicaSets, [deployment]] = await Promise.all([
    list('/api/v1 configmaps'),
    list('/apis/apps/v1 replicasets'),
    list('/apis/apps/v1 deployments'),
  ]);
  const kinds = (object: unknown): string =>
    textAt(object, 'metadata', 'annotations', 'applyset.kubernetes.io/contains-group-kinds');
  const settings = configMaps.find((object) => nameOf(object) === 'settings');
  return {
    configMaps: configMaps.map(nameOf).filter((name) => /^(settings|only-.*)$/.test(name)),
    version: textAt(settings, 'data', 'VERSION'),
    inventory: configMaps.map(kinds).find((value) => value !== '') ?? '',
    replicaSets: replicaSets.length,
    revision: Number(textAt(deployment, 'metadata', 'annotations', 'deployment.kubernetes.io/revision')),
    generation: numberAt(deployment, 'metadata', 'generation'),
    readyPods: numberAt(deployment, 'status', 'readyReplicas'),
  };
}

const nameOf = (object: unknown): string => textAt(object, 'metadata', 'name');

/** Gives what the cluster must have once a version was deployed to what it had before: one rollout more, and nothing else. */
export function stateAfter(before: LiveState | undefined, version: Version, app: SmallApp): LiveState {
  return {
    configMaps: [`only-${version.name}`, 'settings'],
    version: version.name,
    inventory: 'ConfigMap,Deployment.apps,Namespace',
    replicaSets: (before?.replicaSets ?? 0) + 1,
    revision: (before?.revision ?? 0) + 1,
    generation: (before?.generation ?? 0) + 1,
    readyPods: app.replicas,
  };
}
