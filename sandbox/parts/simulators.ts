import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hosts } from '../hosts.ts';
import { certificateFile, dataFolder, home, keyFile, repository } from '../paths.ts';
import { readSecrets } from '../secrets.ts';
import { administratorFile } from './cluster.ts';
import { type Launch, type Part, answers, folder } from './part.ts';

type Name = 'linode' | 'github';

const versionFile = (name: Name): string => join(home, `${name}.version`);

/** Gives a digest of a simulator's sources in this checkout. */
function version(name: Name): string {
  const files = globSync([`sandbox/{http,${name}}/*.ts`, 'sandbox/parts/simulators.ts'], { cwd: repository });
  const digest = createHash('sha256');
  for (const file of files.sort()) digest.update(readFileSync(join(repository, file)));
  return digest.digest('hex');
}

/** Notes the version that is about to run, and gives the command line of a simulator. */
async function simulator(name: Name, more: readonly string[]): Promise<readonly string[]> {
  await writeFile(versionFile(name), version(name));
  const place = ['--listen', `${hosts[name].address}:443`, '--data', folder(dataFolder(name), 0o700)];
  const tls = ['--cert', certificateFile(name), '--key', keyFile(name)];
  return [process.execPath, join(repository, 'sandbox', name, 'main.ts'), ...place, ...tls, ...more];
}

const healthy = (name: Name) => async (): Promise<void> => {
  await answers(`https://${hosts[name].name}/_sandbox/health`);
  if (readFileSync(versionFile(name), 'utf8') !== version(name))
    throw new Error('runs the code of another version of this repository');
};

/** Gives the token that may only read, of an account. */
export const readingToken = (token: string): string => `${token}-reading`;

/** The simulator of Linode's API; the clusters that it creates are all the sandbox's one. */
export const linode: Part = {
  name: 'linode',
  address: `https://${hosts.linode.name}`,
  after: ['kube-controller-manager'],
  patience: 20,
  prepare: async (): Promise<Launch> => {
    const config = join(home, 'linode.json');
    const { linodeToken, s3AccessKey: accessKey, s3SecretKey: secretKey } = readSecrets();
    const tokens = [
      { token: linodeToken, scopes: '*' },
      { token: readingToken(linodeToken), scopes: 'lke:read_only volumes:read_only' },
    ];
    await writeFile(config, JSON.stringify({ tokens, storeKey: { accessKey, secretKey } }), { mode: 0o600 });
    return {
      argv: await simulator('linode', ['--config', config, '--kubeconfig-source', administratorFile()]),
    };
  },
  check: healthy('linode'),
};

/** The simulator of GitHub's API, which knows the job's token and one for the secrets. */
export const github: Part = {
  name: 'github',
  address: `https://${hosts.github.name}`,
  after: [],
  patience: 20,
  prepare: async (): Promise<Launch> => {
    const tokens = join(home, 'github.json');
    const { githubToken, secretsToken } = readSecrets();
    const callers = {
      [githubToken]: { login: 'github-actions[bot]', access: 'write' },
      [secretsToken]: { login: 'octocat', access: 'secrets' },
    };
    await writeFile(tokens, JSON.stringify(callers), { mode: 0o600 });
    return { argv: await simulator('github', ['--tokens', tokens]) };
  },
  check: healthy('github'),
};
