import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '../../sandbox/application.ts';
import { run } from '../../sandbox/command.ts';
import { hosts } from '../../sandbox/hosts.ts';
import { importImage } from '../../sandbox/parts/containerd.ts';
import { repository } from '../../sandbox/paths.ts';
import { postgresImageName } from '../../sandbox/toolchain/postgres-image.ts';
import { imageArchives, postgresClient } from '../../sandbox/toolchain/toolchain.ts';
import { ACME_SERVER, provideTrustingTraefik, TRUSTING_TRAEFIK } from './acme.ts';
import { dockerConfig } from './engines.ts';

const DASHBOARD = `${hosts.registry.name}/org/dashboard:1.4.0`;

/** The variables of the set: those of the README, and images and a server of certificates that the sandbox has. */
const VARIABLES = {
  host: 'example.com',
  email: 'me@example.com',
  'dashboard-image': DASHBOARD,
  'postgres-image': postgresImageName,
  'traefik-image': TRUSTING_TRAEFIK,
  'acme-server': ACME_SERVER,
};

/** Lets the application be the bot of the set, which has a Dockerfile and a workflow and leaves the rest to the action. */
export async function becomeTheBot(application: Application): Promise<void> {
  const { directory } = application;
  await cp(join(repository, 'sandbox/set/bot'), directory, { recursive: true });
  await cp(postgresClient, join(directory, 'node_modules/postgres'), { recursive: true });
  const place = '.github/workflows/deploy.yml';
  const workflow = await readFile(join(directory, place), 'utf8');
  const lines = Object.entries(VARIABLES).map(([name, value]) => `        ${name}: ${value}\n`);
  const filledIn = `      variables: |\n${lines.join('')}    secrets:\n`;
  await application.commit('The bot', {
    [place]: workflow.replace('    secrets:\n', filledIn),
    manifests: undefined,
  });
}

/** Gives the cluster the images of Postgres and Traefik, and the registry that of the dashboard. */
export async function provideImages(): Promise<void> {
  await importImage(imageArchives.postgres);
  const folder = await mkdtemp(join(tmpdir(), 'wpp-dashboard-'));
  try {
    await provideTrustingTraefik(folder);
    const docker = ['docker', '--config', await dockerConfig(folder)];
    await run([...docker, 'build', '--quiet', '--tag', DASHBOARD, join(repository, 'sandbox/set/dashboard')]);
    await run([...docker, 'push', '--quiet', DASHBOARD]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
