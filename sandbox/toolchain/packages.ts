import { existsSync, globSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from '../command.ts';
import { slowly } from '../progress.ts';

/** The programs (or files, perhaps with a pattern) that the sandbox calls, and the Debian package of each. */
const packages: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  podman: 'podman',
  buildah: 'buildah',
  etcd: 'etcd-server',
  'docker-registry': 'docker-registry',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  ip: 'iproute2',
  busybox: 'busybox-static',
  tini: 'tini',
  iptables: 'iptables',
  '/usr/lib/postgresql/*/bin/postgres': 'postgresql',
  htpasswd: 'apache2-utils',
  nsenter: 'util-linux',
  'ssh-agent': 'openssh-client',
  openssl: 'openssl',
  shellcheck: 'shellcheck',
  git: 'git',
  pip3: 'python3-pip',
  '/etc/ssl/certs/ca-certificates.crt': 'ca-certificates',
};

/** What no Debian package gives in the right version. */
const expected: Readonly<Record<string, string>> = {
  go: 'Go 1.26 or newer (https://go.dev/dl)',
  terraform: 'Terraform 1.11 or newer (https://developer.hashicorp.com/terraform/install)',
  kubectl: 'kubectl 1.33 or newer (https://kubernetes.io/docs/tasks/tools)',
};

/** Installs the Debian packages whose programs are missing, without letting one of them start a service. */
export async function installPackages(): Promise<void> {
  const absent = Object.entries(expected).filter(([program]) => !isThere(program));
  if (absent.length > 0)
    throw new Error(`not on PATH: ${absent.map(([, what]) => what).join('; ')}. Install it, then try again`);
  const missing = [
    ...new Set(Object.entries(packages).flatMap(([program, name]) => (isThere(program) ? [] : [name]))),
  ];
  if (missing.length === 0) return;
  if (!isThere('apt-get'))
    throw new Error(`missing: ${missing.join(', ')}, and there is no apt-get to install them with`);
  await slowly(`installing ${missing.join(' ')}`, () => withoutServices(() => install(missing)));
}

async function install(names: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const command = ['apt-get', 'install', '--yes', '--no-install-recommends', ...names];
  try {
    await run(command, { env });
  } catch {
    // The lists may be absent or out of date.
    await run(['apt-get', 'update'], { env });
    await run(command, { env });
  }
}

/** Runs `work` while Debian's policy for package scripts forbids to start services. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    await rm(policy, { force: true });
  }
}

function isThere(program: string): boolean {
  if (program.startsWith('/')) return globSync(program).length > 0;
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}
