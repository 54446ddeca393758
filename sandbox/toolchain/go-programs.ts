import { join } from 'node:path';
import { rename } from 'node:fs/promises';
import { run } from '../command.ts';
import { type Tool } from './cache.ts';

/** How every Go program of the sandbox is compiled: static, without the machine's paths in it. */
export const goEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  CGO_ENABLED: '0',
  GOFLAGS: '-trimpath -buildvcs=false',
};

/** The machine's processor as Go and Debian call it. */
export const architecture = process.arch === 'x64' ? 'amd64' : process.arch;

/** A program that `go install` compiles. */
export function goProgram(name: string, version: string, module: string): Tool {
  return {
    name,
    version,
    task: `compiling ${name} ${version}`,
    fill: async (folder) => {
      const env = { ...goEnvironment, GOBIN: folder };
      await run(['go', 'install', '-ldflags', '-s -w', `${module}@v${version}`], { env });
    },
  };
}

/** The runner: runs workflows without GitHub. */
export const act = goProgram('act', '0.2.89', 'github.com/nektos/act');

/** The linter of workflows. */
export const actionlint = goProgram('actionlint', '1.7.12', 'github.com/rhysd/actionlint/cmd/actionlint');

/** The S3 gateway that stands for Linode Object Storage. */
export const versitygw = goProgram('versitygw', '1.8.0', 'github.com/versity/versitygw/cmd/versitygw');

/** The package manager, beside which the action is measured; the sandbox itself does without. */
export const helm = goProgram('helm', '3.19.5', 'helm.sh/helm/v3/cmd/helm');

const pebbleVersion = '2.10.3';

/** The server by which Let's Encrypt tests its clients; only a test needs it. */
export const pebble = goProgram('pebble', pebbleVersion, 'github.com/letsencrypt/pebble/v2/cmd/pebble');

/** Its server of the names that it looks up. */
export const challtestsrv = goProgram(
  'pebble-challtestsrv',
  pebbleVersion,
  'github.com/letsencrypt/pebble/v2/cmd/pebble-challtestsrv',
);

const plainBuildx = goProgram('buildx', '0.38.2', 'github.com/docker/buildx/cmd/buildx');

/** Docker's builder, under the name by which Docker finds it. */
export const buildx: Tool = {
  ...plainBuildx,
  fill: async (folder) => {
    await plainBuildx.fill(folder);
    await rename(join(folder, 'buildx'), join(folder, 'docker-buildx'));
  },
};

const tofuVersion = '1.10.6';

/** OpenTofu, which takes the place of Terraform where a repository says so; `dev` would make it a pre-release. */
export const opentofu: Tool = {
  name: 'tofu',
  version: tofuVersion,
  task: `compiling tofu ${tofuVersion}`,
  fill: (folder) =>
    compileInModule(`github.com/opentofu/opentofu@v${tofuVersion}`, ['./cmd/tofu'], folder, [
      '-X github.com/opentofu/opentofu/version.dev=no',
    ]),
};

/** Compiles commands of a module that replaces others, which `go install` refuses: where its source lies. */
export async function compileInModule(
  module: string,
  commands: readonly string[],
  folder: string,
  flags: readonly string[] = [],
): Promise<void> {
  const { Dir } = JSON.parse(await run(['go', 'mod', 'download', '-json', module])) as {
    readonly Dir: string;
  };
  const linked = ['-s', '-w', ...flags].join(' ');
  await run(['go', 'build', '-C', Dir, '-ldflags', linked, '-o', folder, ...commands], {
    env: goEnvironment,
  });
}
