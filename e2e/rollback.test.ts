import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administratorKubeconfig } from '../sandbox/kubeconfig.ts';
import { applicationPods, fetchFromPod, kubectl } from '../sandbox/live.ts';
import { repository } from '../sandbox/paths.ts';
import type { FaultProxy, ProxiedCall } from '../sandbox/proxy/fault-proxy.ts';
import type { BundleRun } from './support/bundle.ts';
import { writtenState } from './support/calls.ts';
import { publishEmptyImage, reportOf, startManifestsOnly, type RunReport } from './support/manifests-only.ts';
import { proxied } from './support/proxied.ts';
import { everySecret, secretsIn, startScenario, type Scenario } from './support/scenario.ts';
import { liveState, startDeploy, type SmallApp, type Version } from './support/small-app.ts';

/** No registry has such a name, which the kubelet knows at once. */
const NO_IMAGE = { image: 'ghcr.io/org/NOTHING:missing' };

/** Gives the records of a namespace as `number status`, by number. */
async function records(namespace: string): Promise<readonly string[]> {
  const columns = String.raw`jsonpath={range .items[*]}{.metadata.labels.wpp-deploy-action/release} {.metadata.labels.wpp-deploy-action/status}{"\n"}{end}`;
  const text = await kubectl(
    'get',
    'secrets',
    '-n',
    namespace,
    '-l',
    'wpp-deploy-action/release',
    '-o',
    columns,
  );
  return text.split('\n').filter((line) => line !== '');
}

describe('the release before', () => {
  const secretOf = (value: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: wpp-bot-secret\n  namespace: wpp-bot\nstringData:\n  TOKEN: ${value}\n`;
  let scenario: Scenario;
  let first: string | undefined;
  let config: string;

  /** Commits a version: its image, its configuration and its Secret. */
  const commit = (
    version: string,
    more: Readonly<Record<string, string | undefined>> = {},
  ): Promise<string> =>
    scenario.application.commit(`Version ${version}`, {
      'version.js': `export const version = '${version}';\n`,
      'manifests/config.yaml': config.replace('GREETING: hello', `GREETING: greeting-${version}`),
      'manifests/secret.yaml': secretOf(`secret-of-${version}`),
      ...more,
    });

  async function runs(version: string): Promise<void> {
    const [pod] = await applicationPods();
    expect(JSON.parse(await fetchFromPod(pod?.name ?? '', '/'))).toEqual({
      version,
      greeting: `greeting-${version}`,
    });
    const token = ['get', 'secret', 'wpp-bot-secret', '-n', 'wpp-bot', '-o', 'jsonpath={.data.TOKEN}'];
    expect(Buffer.from(await kubectl(...token), 'base64').toString()).toBe(`secret-of-${version}`);
  }

  beforeAll(async () => {
    config = await readFile(join(repository, 'sandbox/app/manifests/config.yaml'), 'utf8');
    scenario = await startScenario();
    await commit('1.0.0');
    first = (await scenario.when({ event: 'push' })).outputs['deploy']?.['digest'];
    await commit('2.0.0');
    expect((await scenario.when({ event: 'push' })).outputs['deploy']).toMatchObject({
      rollout: 'succeeded',
    });
  });
  afterAll(() => scenario.end());

  it('comes back by hand with its image, configuration and Secrets', async () => {
    await runs('2.0.0');
    const run = await scenario.when({ event: 'workflow_dispatch', command: 'rollback' });
    expect(run.outputs['deploy']).toMatchObject({
      rollout: 'succeeded',
      'failure-code': '',
      'image-built': 'false',
    });
    expect(run.summary).toMatch(new RegExp(`Running: release 1 .*${first?.slice(0, 19)}`));
    await runs('1.0.0');
    const [pod] = await applicationPods();
    expect(pod).toMatchObject({ ready: true, digest: first });
    expect(await records('wpp-bot')).toEqual(['1 complete']);
  });

  it('is the last one then, and says so', async () => {
    const run = await scenario.when({ event: 'workflow_dispatch', command: 'rollback' });
    expect(run.outputs['deploy']).toMatchObject({ 'failure-code': 'release-missing', rollout: 'skipped' });
    await runs('1.0.0');
  });

  it('is left again by the next deploy, and the same deploy again writes no record', async () => {
    expect((await scenario.when({ event: 'push' })).outputs['deploy']).toMatchObject({
      rollout: 'succeeded',
    });
    await runs('2.0.0');
    const before = await writtenState();
    expect((await scenario.when({ event: 'push' })).outputs['deploy']).toMatchObject({ rollout: 'skipped' });
    expect(await writtenState()).toEqual(before);
    expect(await records('wpp-bot')).toEqual(['1 complete', '2 complete']);
  });

  it('comes back whole by itself when a deploy fails and that is wanted', async () => {
    const workflow = await readFile(join(repository, 'sandbox/app/.github/workflows/deploy.yml'), 'utf8');
    await commit('3.0.0', {
      'server.js': 'process.exit(3);\n',
      '.github/workflows/deploy.yml': workflow.replace(
        '    secrets:\n',
        '      rollback-on-failure: true\n    secrets:\n',
      ),
    });
    const run = await scenario.when({ event: 'push' });
    expect(run.outputs['deploy']).toMatchObject({ rollout: 'rolled-back' });
    expect(run.summary).toMatch(/Running: release 2 /);
    await runs('2.0.0');
    expect(await records('wpp-bot')).toEqual(['1 complete', '2 complete']);
  });

  it('leaves no Secret of any release in what people see', async () => {
    const secrets = ['1', '2', '3'].map((version) => `secret-of-${version}.0.0`);
    expect(secretsIn(await scenario.seen(), [...(await everySecret()), ...secrets])).toEqual([]);
  });
});

describe('releases of a small application', () => {
  let folder: string;
  const apps: SmallApp[] = [];

  function newApp(replicas: number): SmallApp {
    const namespace = `releases-${apps.length}`;
    const app = { namespace, folder: join(folder, namespace), replicas };
    apps.push(app);
    return app;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'releases-'));
    await publishEmptyImage();
  });
  afterAll(async () => {
    const names = apps.map(({ namespace }) => namespace);
    await kubectl('delete', 'namespaces', '--ignore-not-found', '--wait=false', ...names);
    await rm(folder, { recursive: true });
  });

  async function ended(run: BundleRun): Promise<RunReport> {
    await run.ended;
    return reportOf(run).catch(() => {
      throw new Error(`the run made no report:\n${run.printed()}`);
    });
  }

  const version = (name: string, container?: object): Version => ({
    name,
    ...(container === undefined ? {} : { container }),
  });
  const deploy = async (app: SmallApp, name: string): Promise<void> => {
    expect(await ended(await startDeploy(app, version(name)))).toMatchObject({ outcome: 'succeeded' });
  };
  // The manifests that are there are those of another version; nobody reads them.
  const rollback = (app: SmallApp, proxy?: FaultProxy): Promise<BundleRun> =>
    startDeploy(app, version('unread'), proxy, { command: 'rollback' });

  const isWrite = ({ method, path }: ProxiedCall): boolean => method !== 'GET' && !path.includes('dryRun');

  /** Kills a run when its nth write has arrived. Gives whether there was such a one. */
  async function killedAt(nth: number, start: (proxy: FaultProxy) => Promise<BundleRun>): Promise<boolean> {
    return proxied(async (proxy) => {
      let killed = false;
      const run = await start(proxy);
      proxy.onCall((call) => {
        if (isWrite(call) && proxy.calls.filter(isWrite).length === nth) killed = run.process.kill('SIGKILL');
      });
      await run.ended;
      return killed;
    });
  }

  it('a rollback that is killed at any of its writes is completed by the next one', async () => {
    const app = newApp(0);
    const outcomes: unknown[] = [];
    for (let nth = 1, more = true; more; nth += 1) {
      await deploy(app, 'one');
      await deploy(app, 'two');
      more = await killedAt(nth, (proxy) => rollback(app, proxy));
      await (
        await rollback(app)
      ).ended;
      const { configMaps, version: running } = await liveState(app);
      outcomes.push({ configMaps, running, records: await records(app.namespace) });
      if (nth > 20) throw new Error('a rollback writes without an end');
    }
    expect(outcomes.length).toBeGreaterThan(4);
    expect(outcomes).toEqual(
      outcomes.map(() => ({
        configMaps: ['only-one', 'settings'],
        running: 'one',
        records: [expect.stringMatching(/^\d+ complete$/)],
      })),
    );
  });

  it('an undo that is killed at any of its writes is completed by a rollback', async () => {
    const broken = version('broken', NO_IMAGE);
    const outcomes: unknown[] = [];
    let nth = 0;
    let more = true;
    const lane = async (): Promise<void> => {
      const app = newApp(1);
      await deploy(app, 'one');
      while (more) {
        nth += 1;
        if (nth > 20) throw new Error('an undo writes without an end');
        const killed = await killedAt(nth, (proxy) =>
          startDeploy(app, broken, proxy, { 'rollback-on-failure': 'true' }),
        );
        more &&= killed;
        await (
          await rollback(app)
        ).ended;
        const { configMaps, version: running, readyPods } = await liveState(app);
        outcomes.push({ configMaps, running, readyPods, records: await records(app.namespace) });
      }
    };
    await Promise.all(Array.from({ length: 4 }, lane));
    expect(outcomes.length).toBeGreaterThan(8);
    expect(outcomes).toEqual(
      outcomes.map(() => ({
        configMaps: ['only-one', 'settings'],
        running: 'one',
        readyPods: 1,
        records: ['1 complete'],
      })),
    );
  });

  it('a first deploy that fails has nothing to go back to, and says so', async () => {
    const app = newApp(1);
    const run = await startDeploy(app, version('one', NO_IMAGE), undefined, {
      'rollback-on-failure': 'true',
    });
    expect(await ended(run)).toMatchObject({ outcome: 'failed', outputs: { rollout: 'failed' } });
    expect(await run.written('summary')).toContain('no complete release before this one is recorded');
  });

  it('an account that may not write Secrets deploys with a warning', async () => {
    await proxied(async (proxy) => {
      proxy.faults.add({ method: 'PATCH', path: '/secrets/', status: 403, times: 100 });
      const app = newApp(0);
      await deploy(app, 'one');
      const run = await startDeploy(app, version('two'), proxy);
      expect(await ended(run)).toMatchObject({ outcome: 'succeeded' });
      expect(run.printed()).toContain('rollback will not be possible');
      expect(await records(app.namespace)).toEqual(['1 complete']);
    });
  });

  it('a record that another run has deleted or whose name it has taken is written anew under the next number', async () => {
    const app = newApp(0);
    await deploy(app, 'one');
    const taken = 'manifests-only-production-release-2';
    await kubectl('create', 'secret', 'generic', taken, '-n', app.namespace, '--from-literal=of=another');
    await deploy(app, 'two');
    expect(await records(app.namespace)).toEqual(['1 complete', '3 complete']);
    await proxied(async (proxy) => {
      let deleted: Promise<string> | undefined;
      proxy.onCall(({ path }) => {
        if (/deployments\/app\?(?!.*dryRun)/.test(path))
          deleted ??= kubectl(
            'delete',
            'secret',
            '-n',
            app.namespace,
            '-l',
            'wpp-deploy-action/status=pending',
          );
      });
      // The pod takes longer than the deletion.
      const run = await startDeploy({ ...app, replicas: 1 }, version('three'), proxy);
      expect(await ended(run)).toMatchObject({ outcome: 'succeeded' });
      expect(await deleted).toContain('deleted');
    });
    expect(await records(app.namespace)).toEqual(['1 complete', '3 complete', '4 complete']);
    const data = await kubectl('get', 'secret', taken, '-n', app.namespace, '-o', 'jsonpath={.data}');
    expect(JSON.parse(data)).toEqual({ of: Buffer.from('another').toString('base64') });
  });

  it('the address of the load balancer is waited for where it was made a moment ago', async () => {
    const { namespace, folder: own } = newApp(0);
    const manifests = join(own, 'manifests');
    await mkdir(manifests, { recursive: true });
    const traefik = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'traefik', namespace },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }], selector: { app: 'traefik' } },
    };
    await writeFile(join(manifests, 'traefik.json'), JSON.stringify(traefik));
    const backend = { service: { name: 'traefik', port: { number: 80 } } };
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'bot', namespace },
      spec: {
        ingressClassName: 'traefik',
        tls: [{ hosts: ['bot.example.com'] }],
        rules: [{ host: 'bot.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
    };
    await writeFile(join(manifests, 'ingress.json'), JSON.stringify(ingress));
    const kubeconfig = await administratorKubeconfig();
    const run = await startManifestsOnly({ kubeconfig, manifests, namespace, folder: own });
    for (let tries = 0; !run.printed().includes('Waiting for the address'); tries += 1) {
      if (tries > 300) throw new Error(run.printed());
      await sleep(100);
    }
    const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } } });
    await kubectl(
      'patch',
      'service',
      'traefik',
      '-n',
      namespace,
      '--subresource=status',
      '--type=merge',
      '-p',
      status,
    );
    expect(await ended(run)).toMatchObject({
      outcome: 'succeeded',
      outputs: { 'ingress-address': '192.0.2.7', url: 'https://bot.example.com' },
    });
    expect(await run.written('summary')).toContain('Address: `192.0.2.7`, <https://bot.example.com>');
  });
});
