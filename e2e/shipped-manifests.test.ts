import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadParts, SETS, VARIABLES } from '../__tests__/support/shipped-set';
import { run } from '../sandbox/command.ts';
import { kubectl } from '../sandbox/live.ts';
import { importImage } from '../sandbox/parts/containerd.ts';
import { postgresImageName } from '../sandbox/toolchain/postgres-image.ts';
import { resetAccounts } from '../sandbox/reset.ts';
import { imageArchives } from '../sandbox/toolchain/toolchain.ts';
import { enter } from '../sandbox/world.ts';
import { messageOf } from '../src/errors';
import { at, type JsonObject } from '../src/json';
import { applyManifests } from './support/apply.ts';
import { commandsOf, type Commands } from './support/guide.ts';
import { publishEmptyImage, reportOf, startManifestsOnly, type RunReport } from './support/manifests-only.ts';

const NAMESPACE = `shipped-${Date.now().toString(36)}`;
let folder: string;

beforeAll(async () => {
  // What runs in a namespace is judged too when its level of Pod Security changes.
  await resetAccounts();
  folder = await mkdtemp(join(tmpdir(), 'wpp-shipped-'));
  await kubectl('create', 'namespace', NAMESPACE);
  // What a pod template would be refused for is a warning on its workload.
  await kubectl('label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/warn=restricted');
});
afterAll(async () => {
  await kubectl('delete', 'namespace', NAMESPACE);
  await rm(folder, { recursive: true });
});

it.each(SETS)('the API server takes the set %s, without a warning', async (_, parts, variables) => {
  const objects = (await loadParts(parts, variables)).map(({ object }) => inNamespace(object));
  const file = join(folder, 'set.json');
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const options = ['--server-side', '--dry-run=server', '--validate=strict', '--warnings-as-errors'];
  const printed = await kubectl('apply', ...options, '-f', file);
  expect(printed.trim().split('\n')).toHaveLength(objects.length);
});

/** Puts an object into the namespace that is there: a dry run makes none for it. */
function inNamespace(object: JsonObject): JsonObject {
  const metadata = at(object, 'metadata') as JsonObject;
  return 'namespace' in metadata ? { ...object, metadata: { ...metadata, namespace: NAMESPACE } } : object;
}

describe('what docs/guide/application.md says', () => {
  const documented = commandsOf('docs/guide/application.md');
  const place = (command: string): number => documented.findIndex(({ text }) => text.includes(command));
  const revoking = place('delete secret deployer-token');
  // Run in a cluster that has nothing, by by-hand.test.ts.
  const deploying = place('kubectl apply --server-side --recursive');
  const endless: ChildProcess[] = [];

  beforeAll(async () => {
    await importImage(imageArchives.postgres);
    const parts = ['namespace', 'postgres', 'service-account'] as const;
    const set = await loadParts(parts, { 'postgres-image': postgresImageName }, NAMESPACE);
    const objects = [...set, { source: 'the secret', object: SECRET }, { source: 'the bot', object: BOT }];
    await applyManifests(objects, NAMESPACE);
    await kubectl('rollout', 'status', 'statefulset/postgres', '-n', NAMESPACE, '--timeout=180s');
    // A second revision, so that there is one to go back to.
    await kubectl('set', 'env', 'deployment/wpp-bot', '-n', NAMESPACE, 'REVISION=2');
    await publishEmptyImage();
  });
  afterAll(() => {
    for (const child of endless) child.kill();
  });

  const works = async ({ text, isEndless }: Commands): Promise<void> => {
    const script = text.replaceAll('-n wpp-bot', `-n ${NAMESPACE}`);
    const argv = enter(['bash', '-euo', 'pipefail', '-c', script], folder);
    if (!isEndless) return void (await run(argv));
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    endless.push(child);
    const said: string[] = [];
    child.stdout.on('data', (data: Buffer) => said.push(data.toString()));
    while (said.length === 0 && child.exitCode === null) await delay(100);
    expect(said.join('')).toContain('Forwarding from 127.0.0.1:5432');
  };

  it.each(documented.slice(0, revoking))('works: $text', works);

  it('left a dump of the database', async () => {
    expect(await readFile(join(folder, 'backup.sql'), 'utf8')).toContain('PostgreSQL database dump complete');
  });

  it('gave a kubeconfig that deploys to its namespace and waits for the pods', async () => {
    const manifests = join(folder, 'idle.json');
    await writeFile(manifests, JSON.stringify({ ...BOT, metadata: { name: 'idle' } }));
    const report = await deployAsDeployer({ manifests });
    expect(report).toMatchObject({ outcome: 'succeeded', outputs: { rollout: 'succeeded' } });
  });

  it('gave a kubeconfig that deploys the parts of the namespace, and then changes nothing', async () => {
    await kubectl('delete', 'deployment', 'wpp-bot', '-n', NAMESPACE);
    const { email: _ofTraefik, ...variables } = VARIABLES;
    const inputs = {
      manifests: '',
      'shipped-manifests': 'wpp-bot, dashboard, ingress',
      // A class that is not there: no claim takes a volume.
      variables: JSON.stringify({ ...variables, 'storage-class': 'none' }),
      rollout: 'never',
    };
    const first = await deployAsDeployer(inputs);
    expect(first).toMatchObject({ outcome: 'succeeded', outputs: { 'objects-pruned': '1' } });
    const then = await deployAsDeployer(inputs);
    expect(then.outputs).toMatchObject({ 'objects-changed': '0', 'objects-pruned': '0' });
  });

  it.each([
    ['deployer', 'yes', ['delete', 'deployments.apps', '-n', NAMESPACE]],
    ['deployer', 'no', ['create', 'rolebindings.rbac.authorization.k8s.io', '-n', NAMESPACE]],
    ['deployer', 'no', ['get', 'secrets', '-n', 'kube-system']],
    ['deployer', 'no', ['create', 'namespaces']],
    ['viewer', 'yes', ['list', 'pods', '-n', NAMESPACE]],
    ['viewer', 'no', ['get', 'secrets', '-n', NAMESPACE]],
    ['viewer', 'no', ['delete', 'pods', '-n', NAMESPACE]],
    ['viewer', 'no', ['list', 'pods', '-n', 'kube-system']],
  ])('made the account %s, of which is said %s when it wants to %p', async (account, answer, words) => {
    const as = `--as=system:serviceaccount:${NAMESPACE}:${account}`;
    const said = await kubectl('auth', 'can-i', as, ...words).catch((error: unknown) => messageOf(error));
    expect(said).toMatch(new RegExp(`^${answer}$`, 'm'));
  });

  it.each(documented.slice(revoking, deploying))('works: $text', works);
  it.each(documented.slice(deploying + 1))('works: $text', works);

  it('revoked the token', async () => {
    const kubeconfig = join(folder, 'deployer.yaml');
    const words = ['--kubeconfig', kubeconfig, 'get', 'pods', '-n', NAMESPACE];
    const look = (): Promise<string> => kubectl(...words).catch((error: unknown) => messageOf(error));
    // The API server remembers for some seconds whom it has let in.
    let said = await look();
    for (let tries = 0; tries < 30 && !said.includes('Unauthorized'); tries += 1) {
      await delay(1000);
      said = await look();
    }
    expect(said).toContain('Unauthorized');
  });
});

async function deployAsDeployer(inputs: Readonly<Record<string, string>>): Promise<RunReport> {
  const kubeconfig = await readFile(join(folder, 'deployer.yaml'), 'utf8');
  const step = await startManifestsOnly({ kubeconfig, manifests: '', namespace: NAMESPACE, folder, inputs });
  await step.ended;
  return reportOf(step);
}

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'postgres-secret' },
  stringData: { POSTGRES_PASSWORD: 'a-password-of-the-guide' },
};

/** What is called as the bot, and does nothing. */
const BOT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'wpp-bot' },
  spec: {
    selector: { matchLabels: { app: 'idle' } },
    template: {
      metadata: { labels: { app: 'idle' } },
      spec: {
        terminationGracePeriodSeconds: 0,
        securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'idle',
            image: 'docker.io/sandbox/pause:1',
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
  },
};
