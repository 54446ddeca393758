import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { home } from './paths.ts';

/** What a user of the real services would keep secret; made up anew for each sandbox. */
export interface Secrets {
  readonly s3AccessKey: string;
  readonly s3SecretKey: string;
  readonly linodeToken: string;
  readonly githubToken: string;
  /** A token that may write the repository's secrets. */
  readonly secretsToken: string;
}

const file = join(home, 'secrets.json');
const random = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Makes the secrets of this sandbox up, once each, in a file that only its owner reads: an older sandbox gets those that it lacks. */
export async function createSecrets(): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o755 });
  const there = existsSync(file) ? readSecrets() : {};
  const secrets: Secrets = {
    s3AccessKey: random(10).toUpperCase(),
    s3SecretKey: random(20),
    linodeToken: random(32),
    githubToken: `ghs_${random(18)}`,
    secretsToken: `github_pat_${random(20)}`,
    ...there,
  };
  await writeFile(`${file}.partial`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  await rename(`${file}.partial`, file);
}

/** Gives the secrets of the running sandbox. */
export function readSecrets(): Secrets {
  if (!existsSync(file)) throw new Error(`${file} is missing: the sandbox is down, run script/sandbox up`);
  return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
}
