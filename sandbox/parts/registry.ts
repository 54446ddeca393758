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

/** The CNCF registry, which stands for ghcr.io: TLS and a password, as there. */
export const registry: Part = {
  name: 'registry',
  address: `https://${name}`,
  after: [],
  patience: 20,
  prepare: async () => {
    const { githubToken } = readSecrets();
    const place = folder(join(home, 'registry'), 0o700);
    const passwords = join(place, 'htpasswd');
    // The password goes in by standard input: arguments are for everybody to see.
    await writeFile(passwords, await run(['htpasswd', '-niB', registryUser], { input: githubToken }), {
      mode: 0o600,
    });
    const configuration = {
      version: 0.1,
      log: { level: 'info' },
      storage: { filesystem: { rootdirectory: folder(dataFolder('registry')) }, delete: { enabled: true } },
      http: {
        addr: `${address}:443`,
        // As ghcr.io does, and so that what goes through a proxy stays there.
        relativeurls: true,
        tls: { certificate: certificateFile('registry'), key: keyFile('registry') },
      },
      auth: { htpasswd: { realm: 'sandbox', path: passwords } },
    };
    // JSON is YAML.
    await writeFile(join(place, 'config.yml'), JSON.stringify(configuration, null, 2));
    return { argv: ['docker-registry', 'serve', join(place, 'config.yml')] };
  },
  check: async () => {
    const { githubToken } = readSecrets();
    const credentials = Buffer.from(`${registryUser}:${githubToken}`).toString('base64');
    await answers(`https://${name}/v2/`, { authorization: `Basic ${credentials}` });
  },
};
