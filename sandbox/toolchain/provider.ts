import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../command.ts';
import { repository } from '../paths.ts';
import { type Tool } from './cache.ts';
import { architecture, goEnvironment } from './go-programs.ts';

const source = join(repository, 'sandbox/provider');

/** Where a filesystem mirror (unpacked layout) of Terraform and of OpenTofu has the programs that the stand-in provides. */
const places = ['registry.terraform.io', 'registry.opentofu.org'].flatMap((registry) => [
  `${registry}/linode/linode/3.13.0/linux_${architecture}/terraform-provider-linode_v3.13.0`,
  `${registry}/hashicorp/local/2.5.3/linux_${architecture}/terraform-provider-local_v2.5.3`,
]);

/** The stand-in for the Terraform providers, as a filesystem mirror; compiled anew whenever its sources change. */
export function provider(): Tool {
  return {
    name: 'terraform-providers',
    version: hashOfWhatItIs(),
    task: 'compiling the stand-in Terraform provider',
    fill: async (folder) => {
      const [first = '', ...others] = places.map((place) => join(folder, place));
      for (const file of [first, ...others]) await mkdir(dirname(file), { recursive: true });
      await run(['go', 'build', '-ldflags', '-s -w', '-o', first, '.'], { cwd: source, env: goEnvironment });
      for (const other of others) await link(first, other);
    },
  };
}

/** Of the sources, and of where the mirror has what they make. */
function hashOfWhatItIs(): string {
  if (!existsSync(join(source, 'go.mod'))) throw new Error(`${source} holds no Go module`);
  const hash = createHash('sha256').update(places.join());
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/_test\.go$/.test(file) || !/\.(go|mod|sum|json)$/.test(file)) continue;
    hash.update(file).update(readFileSync(join(source, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
