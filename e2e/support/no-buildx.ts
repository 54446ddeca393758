import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a DOCKER_CONFIG with which docker has no buildx: a plugin that does not work stands before the machine's. */
export async function configWithoutBuildx(): Promise<string> {
  const config = await mkdtemp(join(tmpdir(), 'no-buildx-'));
  await mkdir(join(config, 'cli-plugins'));
  await writeFile(join(config, 'cli-plugins/docker-buildx'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return config;
}
