import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositorySecrets, type Happening } from '../sandbox/application.ts';
import { run } from '../sandbox/command.ts';
import { applicationPods, kubectl } from '../sandbox/live.ts';
import { resetAccounts } from '../sandbox/reset.ts';
import { enter } from '../sandbox/world.ts';
import { certificateOf, startAcmeServer, type AcmeServer, type Shown } from './support/acme.ts';
import { ADDRESS, ask, askUntil, giveAddress, type Answer } from './support/front-door.ts';
import { commandsOf } from './support/guide.ts';
import { everySecret, secretsIn, startScenario, type Scenario } from './support/scenario.ts';
import { becomeTheBot, provideImages } from './support/whole-set.ts';

const PASSWORD = 'a-password-of-the-whole-set';
/** The host names of the set. */
const NAMES = ['api.example.com', 'dashboard.example.com'];
const KINDS =
  'configmaps,secrets,services,deployments,statefulsets,ingresses,networkpolicies,persistentvolumeclaims,serviceaccounts,roles,rolebindings';

interface Listed {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly generation?: number;
    readonly resourceVersion: string;
  };
}

/** Gives what kubectl lists, by kind, namespace and name. */
async function listed(kinds: string, value: (metadata: Listed['metadata']) => string): Promise<unknown> {
  const lists = await Promise.all(
    ['wpp-bot', 'traefik'].map((namespace) => kubectl('get', kinds, '-n', namespace, '-o', 'json')),
  );
  const items = lists.flatMap((list) => (JSON.parse(list) as { readonly items: readonly Listed[] }).items);
  return Object.fromEntries(
    items.map(({ kind, metadata }) => [`${kind}/${metadata.namespace}/${metadata.name}`, value(metadata)]),
  );
}

/** Gives what a write would change of the set's objects: controllers write only status, which counts as no generation. */
const written = (): Promise<unknown> =>
  listed(KINDS, ({ generation, resourceVersion }) => String(generation ?? resourceVersion));
const pods = (): Promise<unknown> => listed('pods', ({ uid }) => uid);

/** The set, from an account in which nothing is: each test goes on from where the one before it left it. */
describe('the whole set that ships with the action', () => {
  let scenario: Scenario;

  const deploy = (happening: Happening): ReturnType<Scenario['when']> =>
    scenario.when(happening, {
      ...repositorySecrets(),
      SECRETS: `postgres-secret:\n  POSTGRES_PASSWORD: ${PASSWORD}\n`,
    });
  const api = (path: string): Promise<Answer> => askUntil(200, 'api.example.com', path);
  const visit = (visitor: string): Promise<Answer> =>
    ask('api.example.com', '/visits', { method: 'POST', body: visitor });
  const visitors = async (): Promise<readonly string[]> =>
    (JSON.parse((await api('/visits')).body) as readonly { readonly visitor: string }[]).map(
      ({ visitor }) => visitor,
    );
  const version = async (): Promise<unknown> => JSON.parse((await api('/health/ready')).body);

  let folder: string;
  let acme: AcmeServer;
  let certificates: readonly (Shown | undefined)[];
  let orders: number;

  /** Gives the certificates of the host names, when each has one by the server of the test, or after a minute and a half. */
  const shown = async (): Promise<readonly (Shown | undefined)[]> => {
    const root = await acme.root();
    const all = (): Promise<readonly (Shown | undefined)[]> =>
      Promise.all(NAMES.map((name) => certificateOf(name, root)));
    let found = await all();
    for (let tries = 0; tries < 450 && found.includes(undefined); tries += 1) {
      await sleep(200);
      found = await all();
    }
    return found;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wpp-acme-'));
    acme = await startAcmeServer(folder);
    scenario = await startScenario();
    await provideImages();
    await becomeTheBot(scenario.application);
  });
  afterAll(async () => {
    await scenario.end();
    await acme.stop();
    await rm(folder, { recursive: true });
    // Of the set this is in no namespace.
    await kubectl('delete', 'clusterrolebinding,clusterrole', 'traefik', '--ignore-not-found');
    await resetAccounts();
  });

  it('comes up from a Dockerfile and some variables: cluster, image, Postgres, bot, dashboard, Traefik', async () => {
    const [first] = await Promise.all([deploy({ event: 'push' }), giveAddress()]);
    expect(first.outputs['deploy']).toMatchObject({
      'failure-code': '',
      'infra-applied': 'true',
      'image-built': 'true',
      rollout: 'succeeded',
      'ingress-address': ADDRESS,
    });
  });

  it('leads each host name by HTTPS to its application, and nothing else anywhere', async () => {
    expect(await api('/health/live')).toMatchObject({
      status: 200,
      certificate: 'TRAEFIK DEFAULT CERT',
      body: '{"status":"alive","version":"1.0.0"}',
    });
    const dashboard = await askUntil(200, 'dashboard.example.com', '/');
    expect(dashboard).toMatchObject({ status: 200, body: '<title>Dashboard</title>\n' });
    expect(await ask('other.example.com', '/')).toMatchObject({ status: 404 });
    // Neither the probes' page nor Traefik's own dashboard is for everybody.
    expect(await ask('other.example.com', '/ping')).toMatchObject({ status: 404 });
    expect(await ask('other.example.com', '/dashboard/')).toMatchObject({ status: 404 });
  });

  it('sends HTTP to HTTPS, but for what Let’s Encrypt asks', async () => {
    const plain = (path: string): Promise<Answer> => ask('api.example.com', path, { scheme: 'http' });
    expect(await plain('/visits')).toMatchObject({ location: 'https://api.example.com/visits' });
    expect(await plain('/.well-known/acme-challenge/unknown')).toMatchObject({ status: 404 });
  });

  it('tells the address at the Ingresses', async () => {
    const address = '{.items[*].status.loadBalancer.ingress[0].ip}';
    const told = await kubectl('get', 'ingress', '-n', 'wpp-bot', '-o', `jsonpath=${address}`);
    expect(told).toBe(`${ADDRESS} ${ADDRESS}`);
  });

  it('is found as the guide says', async () => {
    const [look, ...others] = commandsOf('docs/guide/application.md', 'e2e/shipped-set.test.ts');
    expect(others).toEqual([]);
    expect(await run(enter(['bash', '-c', look?.text ?? '']))).toContain(ADDRESS);
  });

  it('has certificates when its names lead to it and it was restarted, as the guide says', async () => {
    await acme.leadNames();
    const again = await deploy({ event: 'workflow_dispatch', command: 'restart' });
    expect(again.outputs['deploy']).toMatchObject({ 'failure-code': '', rollout: 'succeeded' });
    certificates = await shown();
    expect(certificates.map((each) => each?.names)).toEqual(NAMES.map((name) => `DNS:${name}`));
    const mode = ['stat', '-c', '%a', '/data/acme.json'];
    expect(await kubectl('exec', 'deployment/traefik', '-n', 'traefik', '--', ...mode)).toBe('600\n');
    orders = acme.orders();
  });

  it('lets the bot write rows to Postgres and read them', async () => {
    expect(JSON.parse((await visit('ada')).body)).toEqual({ id: 1, visitor: 'ada' });
    expect(await visitors()).toEqual(['ada']);
    // The database itself has it.
    const psql = ['psql', '-U', 'wpp_bot', '-d', 'wpp_bot', '-Atc', 'SELECT visitor FROM visits'];
    expect(await kubectl('exec', 'statefulset/postgres', '-n', 'wpp-bot', '--', ...psql)).toBe('ada\n');
  });

  it('answers 503 where the bot does not run', async () => {
    const scale = (replicas: number): Promise<string> =>
      kubectl('scale', 'deployment/wpp-bot', '-n', 'wpp-bot', `--replicas=${replicas}`);
    await scale(0);
    expect(await askUntil(503, 'api.example.com', '/health/live')).toMatchObject({ status: 503 });
    await scale(1);
    expect(await api('/health/live')).toMatchObject({ status: 200 });
  });

  it('changes nothing by a second deploy', async () => {
    const before = [await written(), await pods()];
    const again = await deploy({ event: 'push' });
    expect(again.outputs['deploy']).toMatchObject({
      'failure-code': '',
      'infra-changed': 'false',
      'image-built': 'false',
      'objects-changed': '0',
      'objects-pruned': '0',
      rollout: 'skipped',
    });
    expect([await written(), await pods()]).toEqual(before);
  });

  it('keeps its rows when the pods of Postgres, of the bot and of Traefik are deleted', async () => {
    const before = await pods();
    await kubectl('delete', 'pods', '-l', 'app in (postgres, wpp-bot)', '-n', 'wpp-bot');
    await kubectl('delete', 'pods', '-l', 'app=traefik', '-n', 'traefik');
    for (const workload of ['statefulset/postgres', 'deployment/wpp-bot'])
      await kubectl('rollout', 'status', workload, '-n', 'wpp-bot', '--timeout=120s');
    await kubectl('rollout', 'status', 'deployment/traefik', '-n', 'traefik', '--timeout=120s');
    expect(await pods()).not.toEqual(before);
    expect(await visitors()).toEqual(['ada']);
    await visit('grace');
  });

  it('keeps them over a deploy of a new version, and over the way back', async () => {
    await scenario.application.commit('A new version', {
      'version.js': "export const version = '2.0.0';\n",
    });
    const forth = await deploy({ event: 'push' });
    expect(forth.outputs['deploy']).toMatchObject({ 'image-built': 'true', rollout: 'succeeded' });
    expect(await version()).toEqual({ status: 'ready', version: '2.0.0' });
    expect(await visitors()).toEqual(['ada', 'grace']);
    await visit('mary');

    const back = await deploy({ event: 'workflow_dispatch', command: 'rollback' });
    expect(back.outputs['deploy']).toMatchObject({ 'failure-code': '', rollout: 'succeeded' });
    expect(await version()).toEqual({ status: 'ready', version: '1.0.0' });
    expect(await visitors()).toEqual(['ada', 'grace', 'mary']);
    expect(await applicationPods()).toHaveLength(3);
  });

  it('has the same certificates after all this, and asked for no others: Let’s Encrypt gives a name few a week', async () => {
    expect(await shown()).toEqual(certificates);
    expect(acme.orders()).toBe(orders);
  });

  it('says no secret anywhere', async () => {
    expect(secretsIn(await scenario.seen(), [...(await everySecret()), PASSWORD])).toEqual([]);
  });
});
