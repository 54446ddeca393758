import sodium from 'libsodium-wrappers';
import { hosts } from '../../sandbox/hosts.ts';
import type { GitHubState } from '../../sandbox/github/state.ts';

const control = `https://${hosts.github.name}/_sandbox/state`;

async function state(): Promise<GitHubState> {
  return (await (await fetch(control)).json()) as GitHubState;
}

/** Gives the secrets of the repository by name, opened as GitHub's runner does for a job. */
export async function openedSecrets(): Promise<Readonly<Record<string, string>>> {
  await sodium.ready;
  const { secrets, secretsKey } = await state();
  const [publicKey, privateKey] = [secretsKey.publicKey, secretsKey.privateKey].map((key) =>
    Buffer.from(key, 'base64'),
  ) as [Buffer, Buffer];
  const open = (sealed: string): string =>
    Buffer.from(sodium.crypto_box_seal_open(Buffer.from(sealed, 'base64'), publicKey, privateKey)).toString();
  return Object.fromEntries(secrets.map(({ name, sealed }) => [name, open(sealed)]));
}

/** Takes a secret away, as its owner would in the settings of the repository. */
export async function forgetSecret(name: string): Promise<void> {
  const now = await state();
  const secrets = now.secrets.filter((secret) => secret.name !== name);
  await fetch(control, { method: 'PUT', body: JSON.stringify({ ...now, secrets }) });
}
