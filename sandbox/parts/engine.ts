import { readFile, writeFile } from 'node:fs/promises';
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

/** The number of CAP_SYS_RESOURCE (capabilities(7)). */
const SYS_RESOURCE = 24n;

/** Docker gives a privileged container all that the kernel knows, and runc refuses what the machine itself has not. */
const limitedRunc = `#!/bin/sh
for argument; do
  case $previous in
    --bundle) file=$argument/config.json ;;
    --process) file=$argument ;;
  esac
  previous=$argument
done
[ -z "$file" ] || sed -i 's/"CAP_SYS_RESOURCE",//g' "$file"
exec runc "$@"
`;

/** Gives the settings for the program that runs containers: where the machine gives no CAP_SYS_RESOURCE, one that does without. */
async function runtime(place: string): Promise<object> {
  const [, bounds = ''] = /^CapBnd:\s*(\w+)$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  if ((BigInt(`0x${bounds}`) >> SYS_RESOURCE) & 1n) return {};
  const path = join(place, 'limited-runc');
  await writeFile(path, limitedRunc, { mode: 0o755 });
  return { runtimes: { limited: { path } }, 'default-runtime': 'limited' };
}

/** The Docker engine: builds and pushes images. It starts a containerd of its own. */
export const engine: Part = {
  name: 'engine',
  address: `unix://${dockerSocket}`,
  after: [],
  patience: 60,
  fills: ['docker'],
  prepare: async () => {
    const place = folder(join(home, 'engine'));
    const file = join(place, 'daemon.json');
    folder(dataFolder('engine'));
    await writeFile(file, JSON.stringify({ ...configuration, ...(await runtime(place)) }, null, 2));
    return { argv: ['dockerd', '--config-file', file] };
  },
  check: async () => {
    await run(['docker', 'version', '--format', '{{.Server.Version}}'], { timeout: 5_000 });
  },
  furnish: async () => {
    await run(['docker', 'load', '--quiet', '--input', imageArchives.node]);
  },
};
