import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { dockerSocket } from '../environment.ts';
import { dataFolder, home } from '../paths.ts';
import { imageArchives } from '../toolchain/toolchain.ts';
import { type Part, folder } from './part.ts';

const configuration = {
  hosts: [`unix://${dockerSocket}`],
  'data-root': dataFolder('engine'),
  'exec-root': '/run/sandbox-docker',
  pidfile: '/run/sandbox-docker.pid',
  bip: '10.213.1.1/24',
  // The sandbox reaches nothing outside, so there is nothing to translate or to filter.
  iptables: false,
  ip6tables: false,
  'exec-opts': ['native.cgroupdriver=cgroupfs'],
  features: { buildkit: true },
};

/** The Docker engine: builds and pushes images. It starts a containerd of its own. */
export const engine: Part = {
  name: 'engine',
  address: `unix://${dockerSocket}`,
  after: [],
  patience: 60,
  fills: ['docker'],
  prepare: async () => {
    const file = join(folder(join(home, 'engine')), 'daemon.json');
    folder(dataFolder('engine'));
    await writeFile(file, JSON.stringify(configuration, null, 2));
    return { argv: ['dockerd', '--config-file', file] };
  },
  check: async () => {
    await run(['docker', 'version', '--format', '{{.Server.Version}}'], { timeout: 5_000 });
  },
  furnish: async () => {
    await run(['docker', 'load', '--quiet', '--input', imageArchives.node]);
  },
};
