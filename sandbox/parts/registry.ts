import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { hosts } from '../hosts.ts';
import { certificateFile, dataFolder, home, keyFile } from '../paths.ts';
import { readSecrets } from '../secrets.ts';
import { type Part, answers, folder } from './part.ts';

const { name, address } = hosts.registry;

/** The one account of the registry; as at ghcr.io its password is the job's token. */
export const registryUser = 'org';

/** Gives its login as Basic authentication and docker's configuration have it. */
export function registryLogin(): string {
  return Buffer.from(`${registryUser}:${readSecrets().githubToken}`).toString('base64');
}

/** The CNCF registry, which stands for ghcr.io: TLS and a password, as there. */
export const registry: Part = {
  name: 'registry',
  address: `https://${name}`,
  after: [],
  patience: 20,
  prepare: () =>
    registryCommand({
      place: folder(join(home, 'registry'), 0o700),
      data: folder(dataFolder('registry')),
      listen: `${address}:443`,
      certificate: 'registry',
    }),
  check: async () => {
    await answers(`https://${name}/v2/`, { authorization: `Basic ${registryLogin()}` });
  },
};

/** Writes the files of a registry into `place`, and gives the program that keeps its images in `data`. */
export async function registryCommand({
  place,
  data,
  listen,
  certificate,
}: {
  readonly place: string;
  readonly data: string;
  /** Address and port. */
  readonly listen: string;
  /** The name of the certificate. */
  readonly certificate: string;
}): Promise<{ readonly argv: readonly string[] }> {
  const passwords = join(place, 'htpasswd');
  // The password goes in by standard input: arguments are for everybody to see.
  await writeFile(
    passwords,
    await run(['htpasswd', '-niB', registryUser], { input: readSecrets().githubToken }),
    { mode: 0o600 },
  );
  const configuration = {
    version: 0.1,
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: data }, delete: { enabled: true } },
    http: {
      addr: listen,
      // As ghcr.io does, and so that what goes through a proxy stays there.
      relativeurls: true,
      tls: { certificate: certificateFile(certificate), key: keyFile(certificate) },
    },
    auth: { htpasswd: { realm: 'sandbox', path: passwords } },
  };
  // JSON is YAML.
  await writeFile(join(place, 'config.yml'), JSON.stringify(configuration, null, 2));
  return { argv: ['docker-registry', 'serve', join(place, 'config.yml')] };
}
