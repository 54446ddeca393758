import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { run } from '../command.ts';
import { repository } from '../paths.ts';
import { type Tool } from './cache.ts';
import { goEnvironment } from './go-programs.ts';

const source = join(repository, 'sandbox/coredns');

function digest(): string {
  const files = ['go.mod', 'main.go'].map((name) => readFileSync(join(source, name)));
  return createHash('sha256').update(Buffer.concat(files)).digest('hex').slice(0, 12);
}

/** The cluster's name server. */
export const coredns: Tool = {
  name: 'coredns',
  version: digest(),
  task: 'compiling CoreDNS',
  fill: async (folder) => {
    await run(['go', 'build', '-ldflags', '-s -w', '-o', join(folder, 'coredns'), '.'], {
      cwd: source,
      env: goEnvironment,
    });
  },
};
