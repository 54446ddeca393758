import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../sandbox/command.ts';
import { hosts } from '../../sandbox/hosts.ts';
import { registryLogin } from '../../sandbox/parts/registry.ts';
import { programs } from '../../sandbox/toolchain/toolchain.ts';

/** The base image of builds by engines that do not share docker's images; one needs a login for it. */
export const BASE = `${hosts.registry.name}/org/engines-base:1`;

/** Gives a DOCKER_CONFIG below `folder` that has a login for a registry. */
export async function dockerConfig(folder: string, registry: string = hosts.registry.name): Promise<string> {
  const config = join(folder, 'docker-config');
  await mkdir(config, { mode: 0o700 });
  const logins = JSON.stringify({ auths: { [registry]: { auth: registryLogin() } } });
  await writeFile(join(config, 'config.json'), logins, { mode: 0o600 });
  return config;
}

/** Puts BASE into the registry, and gives a DOCKER_CONFIG below `folder` that has a login for it. */
export async function prepareBase(folder: string): Promise<string> {
  const config = await dockerConfig(folder);
  await run(['docker', 'tag', 'node:24-slim', BASE]);
  await run(['docker', '--config', config, 'push', '--quiet', BASE]);
  await run(['docker', 'rmi', BASE]);
  return config;
}

/** Gives the environment of a machine that has podman or buildah, and no docker; its images are below `folder`. */
export async function withoutDocker(
  folder: string,
  program: 'podman' | 'buildah',
): Promise<Readonly<Record<string, string>>> {
  const path = join(folder, `only-${program}`);
  await mkdir(path);
  await symlink(join('/usr/bin', program), join(path, program));
  const storage = join(folder, 'storage.conf');
  const places = [`graphroot="${join(folder, 'images')}"`, `runroot="${join(folder, 'run')}"`];
  await writeFile(storage, ['[storage]', 'driver="overlay"', ...places, ''].join('\n'));
  // The sandbox has no network for containers to join.
  return { PATH: path, CONTAINERS_STORAGE_CONF: storage, BUILDAH_ISOLATION: 'chroot' };
}

/** Starts BuildKit's own server with its data in `root`, and makes it the builder of the docker of `config`. Gives what ends it. */
export async function startRemoteBuilder(config: string, root: string): Promise<() => Promise<void>> {
  const address = `unix://${join(root, 'buildkitd.sock')}`;
  const buildx = ['docker', '--config', config, 'buildx'];
  await run([
    ...buildx,
    'create',
    '--driver',
    'remote',
    '--use',
    '--name',
    `remote-${basename(root)}`,
    address,
  ]);
  const worker = ['--oci-worker-binary', 'runc', '--oci-worker-net', 'host', '--containerd-worker=false'];
  const server = spawn(programs.buildkitd, [...worker, '--addr', address, '--root', join(root, 'data')], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => server.on('close', () => resolve()));
  const stop = (): Promise<void> => {
    server.kill('SIGTERM');
    return ended;
  };
  for (let tries = 0; tries < 100; tries += 1) {
    if (/^Status:\s+running/m.test(await run([...buildx, 'inspect']))) return stop;
    await sleep(100);
  }
  await stop();
  throw new Error('the remote builder does not run');
}
