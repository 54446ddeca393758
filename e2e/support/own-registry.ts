import { execFileSync, spawn } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hosts } from '../../sandbox/hosts.ts';
import { answers } from '../../sandbox/parts/part.ts';
import { registryCommand, registryLogin } from '../../sandbox/parts/registry.ts';

/** Where the registry of a test answers: an address that pods reach too, and a certificate is for. */
export const OWN_REGISTRY = `${hosts.kubernetes.address}:5443`;

const BYTES_PER_MEGABYTE = 1_048_576;

export interface OwnRegistry {
  /** Makes its disk so large that it has so many megabytes left. */
  readonly leave: (megabytes: number) => void;
  readonly stop: () => Promise<void>;
}

/** Starts a registry below `folder`, with a disk of its own. */
export async function startOwnRegistry(folder: string): Promise<OwnRegistry> {
  const [place, data] = [join(folder, 'registry'), join(folder, 'registry-disk')];
  await Promise.all([mkdir(place, { mode: 0o700 }), mkdir(data)]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1g', 'tmpfs', data]);
  const { argv } = await registryCommand({ place, data, listen: OWN_REGISTRY, certificate: 'kubernetes' });
  const [program = '', ...args] = argv;
  const server = spawn(program, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.on('close', resolve));
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    execFileSync('umount', [data]);
  };
  const leave = (megabytes: number): void => {
    const { blocks, bfree, bsize } = statfsSync(data);
    const size = (blocks - bfree) * bsize + megabytes * BYTES_PER_MEGABYTE;
    execFileSync('mount', ['-o', `remount,size=${size}`, data]);
  };
  if (await isUp()) return { leave, stop };
  await stop();
  throw new Error('the registry of the test does not run');
}

async function isUp(): Promise<boolean> {
  const headers = { authorization: `Basic ${registryLogin()}` };
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await answers(`https://${OWN_REGISTRY}/v2/`, headers);
      return true;
    } catch {
      await sleep(50);
    }
  }
  return false;
}
