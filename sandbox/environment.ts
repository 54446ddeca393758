import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { caCertificate } from './certificates.ts';
import { cache, home, repository } from './paths.ts';
import { providerMirror, toolPath } from './toolchain/toolchain.ts';

/** The socket of the sandbox's own Docker engine. */
export const dockerSocket = join(home, 'data/engine.sock');

/** The kubeconfig of the cluster's administrator, for the sandbox's own use. */
export const adminKubeconfig = join(home, 'kubernetes/admin.kubeconfig');

const terraformConfig = join(home, 'terraform/terraformrc');
const userHome = join(home, 'user');

/** The environment of a program inside the sandbox: its tools, its engine, its cluster, and nothing of the user's own set-up. */
export function environment(): NodeJS.ProcessEnv {
  return {
    PATH: [
      join(repository, 'node_modules/node/bin'),
      ...toolPath,
      process.env['PATH'],
      '/usr/sbin',
      '/sbin',
    ].join(delimiter),
    HOME: userHome,
    LANG: 'C.UTF-8',
    TERM: process.env['TERM'] ?? 'dumb',
    DOCKER_HOST: `unix://${dockerSocket}`,
    KUBECONFIG: adminKubeconfig,
    NODE_EXTRA_CA_CERTS: caCertificate,
    TF_CLI_CONFIG_FILE: terraformConfig,
    CHECKPOINT_DISABLE: '1',
    WPP_SANDBOX_HOME: home,
    WPP_SANDBOX_INSIDE: '1',
    WPP_SANDBOX_CACHE: cache,
  };
}

/** Writes the files that the environment names: Terraform's own with the mirror as the only source of providers. */
export async function writeEnvironment(): Promise<void> {
  await mkdir(userHome, { recursive: true });
  await mkdir(join(home, 'terraform'), { recursive: true });
  const mirror = `filesystem_mirror {\n    path = ${JSON.stringify(providerMirror())}\n  }`;
  await writeFile(terraformConfig, `disable_checkpoint = true\nprovider_installation {\n  ${mirror}\n}\n`);
}
