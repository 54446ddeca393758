import { run } from '../command.ts';
import { type Tool } from './cache.ts';

const version = '1.32.0';

/** The security linter of workflows, a program in a wheel of PyPI: `bin/zizmor`. */
export const zizmor: Tool = {
  name: 'zizmor',
  version,
  task: `installing zizmor ${version}`,
  fill: async (folder) => {
    await run([
      'pip3',
      'install',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      '--target',
      folder,
      `zizmor==${version}`,
    ]);
  },
};
