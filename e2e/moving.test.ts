import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadParts } from '../__tests__/support/shipped-set';
import { kubectl, linodeClusters, linodeVolumes } from '../sandbox/live.ts';
import { importImage } from '../sandbox/parts/containerd.ts';
import { repository } from '../sandbox/paths.ts';
import { resetInfrastructure } from '../sandbox/reset.ts';
import { postgresImageName } from '../sandbox/toolchain/postgres-image.ts';
import { imageArchives } from '../sandbox/toolchain/toolchain.ts';
import { applyManifests } from './support/apply.ts';
import { commandsOf } from './support/guide.ts';
import { readAlong } from './support/read-along.ts';
import { idsInState } from './support/shipped-infra.ts';

const commands = commandsOf('docs/guide/moving.md').map(({ text }) => text);
/** Gives the only block of the guide that has a command. */
function blockWith(command: string): string {
  const found = commands.filter((text) => text.includes(command));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wpp-moving-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('has no other commands than those below', () => {
  expect([blockWith('-migrate-state'), blockWith('pg_dump'), blockWith('psql')]).toEqual(commands);
});

describe('a configuration whose state lies beside it', () => {
  const there = (): Promise<unknown> => Promise.all([linodeClusters(), linodeVolumes()]);
  let before: unknown;

  beforeAll(async () => {
    await resetInfrastructure();
    await cp(join(repository, 'e2e/fixtures/by-hand.tf'), join(folder, 'terraform/main.tf'));
    await inTerraform('terraform init -input=false\nterraform apply -input=false -auto-approve\n');
    before = await there();
  });
  afterAll(resetInfrastructure);

  it('is the same with its state in the bucket', async () => {
    const [, backend = ''] = /```terraform\n([\s\S]*?)```/.exec(await readFile(GUIDE, 'utf8')) ?? [];
    await writeFile(join(folder, 'terraform/backend.tf'), backend);
    const [said] = await readAlong([`${TOKEN}${blockWith('-migrate-state')}`], folder);
    expect(said).toContain('No changes.');
    expect(Object.keys(await idsInState())).toEqual(
      expect.arrayContaining(['linode_lke_cluster', 'linode_volume']),
    );
    expect(await there()).toEqual(before);
  });

  it('becomes the shipped one by these variables, which takes nothing away but a file', async () => {
    const [, variables = ''] =
      /terraform-variables: \|\n([\s\S]*?)```/.exec(await readFile(GUIDE, 'utf8')) ?? [];
    const given = [...variables.matchAll(/^ *(\w+): '?([^'\n]*)'?$/gm)].map(
      ([, name = '', value = '']) => `export TF_VAR_${name}=${value}\n`,
    );
    expect(given).toHaveLength(3);
    await rm(join(folder, 'terraform/main.tf'));
    await rm(join(folder, 'terraform/backend.tf'));
    await cp(join(repository, 'terraform'), join(folder, 'terraform'), { recursive: true });
    const init = blockWith('-migrate-state')
      .replace(' -migrate-state -force-copy', '')
      .replace(/^.*-detailed-exitcode\n/m, '');
    const [said] = await readAlong(
      [`${TOKEN}${given.join('')}${init}terraform apply -no-color -input=false -auto-approve\n`],
      folder,
    );
    expect(said).toContain('local_file.kubeconfig will be destroyed');
    expect(said).toContain('0 added, 0 changed, 1 destroyed');
    expect(await there()).toEqual(before);
  });
});

describe('a Postgres that is a Deployment', () => {
  const inNamespace = (text: string): string => text.replaceAll('-n wpp-bot', `-n ${NAMESPACE}`);
  const query = (workload: string, user: string, sql: string): Promise<string> =>
    kubectl('exec', workload, '-n', NAMESPACE, '--', 'psql', '-U', user, '-d', user, '-qtAc', sql);

  beforeAll(async () => {
    await importImage(imageArchives.postgres);
    await kubectl('create', 'namespace', NAMESPACE);
    const file = join(folder, 'by-hand.json');
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: BY_HAND }));
    await kubectl('apply', '-n', NAMESPACE, '-f', file);
    await ready('deployment/postgres');
    await query('deployment/postgres', 'wppbot', "CREATE TABLE chats AS SELECT 'kept' AS text");
  });
  afterAll(async () => {
    // Nothing of it is looked at by others: no test waits for its pods.
    await kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
  });

  it('gives its data to that of the set', async () => {
    await readAlong([inNamespace(blockWith('pg_dump'))], folder);
    const set = await loadParts(['postgres'], { 'postgres-image': postgresImageName }, NAMESPACE);
    const { changes } = await applyManifests(set, NAMESPACE);
    // The Service of old goes on under its name.
    expect(changes).toContainEqual(
      expect.objectContaining({ object: `Service/${NAMESPACE}/postgres`, action: 'configured' }),
    );
    await ready('statefulset/postgres');
    // The bot has begun with the empty database.
    await query('statefulset/postgres', 'wpp_bot', 'CREATE TABLE chats (text text)');
    await readAlong([inNamespace(blockWith('psql'))], folder);
    expect(await query('statefulset/postgres', 'wpp_bot', 'SELECT text FROM chats')).toBe('kept\n');
  });
});

const GUIDE = 'docs/guide/moving.md';
const NAMESPACE = `moving-${Date.now().toString(36)}`;
/** The variable of a configuration made by hand; the action gives it, too. */
const TOKEN = 'export TF_VAR_linode_token=$LINODE_TOKEN\n';

async function inTerraform(text: string): Promise<void> {
  await readAlong([`${TOKEN}cd terraform\n${text}`], folder);
}

async function ready(workload: string): Promise<void> {
  await kubectl('rollout', 'status', workload, '-n', NAMESPACE, '--timeout=180s');
}

const deployment = (name: string, container: object, more: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 5, containers: [{ name, ...container }], ...more },
    },
  },
});

/** As a user applied it with kubectl. */
const BY_HAND = [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'postgres-secret' },
    stringData: { POSTGRES_PASSWORD: 'a-long-password' },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'postgres' },
    spec: { selector: { app: 'postgres' }, ports: [{ port: 5432 }] },
  },
  deployment('wpp-bot', { image: 'docker.io/sandbox/pause:1' }),
  deployment(
    'postgres',
    {
      image: postgresImageName,
      env: [
        { name: 'POSTGRES_USER', value: 'wppbot' },
        {
          name: 'POSTGRES_PASSWORD',
          valueFrom: { secretKeyRef: { name: 'postgres-secret', key: 'POSTGRES_PASSWORD' } },
        },
        { name: 'PGDATA', value: '/data/pgdata' },
      ],
      readinessProbe: {
        exec: { command: ['pg_isready', '--username=wppbot', '--host=127.0.0.1'] },
        periodSeconds: 1,
      },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    },
    { securityContext: { runAsUser: 999, fsGroup: 999 }, volumes: [{ name: 'data', emptyDir: {} }] },
  ),
];
