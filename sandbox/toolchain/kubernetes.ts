import { createHash } from 'node:crypto';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { repository } from '../paths.ts';
import { say } from '../progress.ts';
import { type Tool } from './cache.ts';
import { architecture, goEnvironment } from './go-programs.ts';

const version = '1.33.13';
const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet'];

/** The control plane, the kubelet and kube-proxy: the official programs where they can be had, else compiled from their module. */
export const kubernetes: Tool = {
  name: 'kubernetes',
  // What it consists of belongs to the key.
  version: `${version}-${components.length}`,
  task: `downloading or compiling kubernetes ${version} (some 6 minutes if compiled)`,
  fill: async (folder) => {
    if (await reachable()) for (const component of components) await download(component, folder);
    else await compile(folder);
  },
};

const address = (component: string): string =>
  `https://dl.k8s.io/v${version}/bin/linux/${architecture}/${component}`;

async function reachable(): Promise<boolean> {
  try {
    return (await fetch(`${address('kubelet')}.sha256`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

async function download(component: string, folder: string): Promise<void> {
  const [program, checksum] = await Promise.all([
    get(address(component)),
    get(`${address(component)}.sha256`),
  ]);
  const actual = createHash('sha256').update(program).digest('hex');
  if (actual !== checksum.toString().trim())
    throw new Error(`${address(component)} does not match its .sha256 file`);
  await writeFile(join(folder, component), program, { mode: 0o755 });
}

async function get(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function compile(folder: string): Promise<void> {
  say('dl.k8s.io is out of reach: compiling kubernetes instead');
  const variable = (name: string, value: string): string =>
    `-X k8s.io/component-base/version.${name}=${value}`;
  const [major = '', minor = ''] = version.split('.');
  const flags = [
    '-s -w',
    variable('gitVersion', `v${version}`),
    variable('gitMajor', major),
    variable('gitMinor', minor),
  ];
  const program = join(folder, 'kubernetes');
  await run(['go', 'build', '-ldflags', flags.join(' '), '-o', program, '.'], {
    cwd: join(repository, 'sandbox/kubernetes'),
    env: goEnvironment,
  });
  await chmod(program, 0o755);
  for (const component of components) await symlink('kubernetes', join(folder, component));
}
