import type { InfraSettings } from '../settings/settings';
import type { Files } from '../ports';

/** Files that Terraform writes itself; they say nothing about what the infrastructure should be. */
const WRITTEN_BY_TERRAFORM = /(^|\/)(\.terraform\/|terraform\.tfstate|errored\.tfstate|crash\.log)/;

/**
 * Gives a digest of everything that decides what Terraform would do: the files of the folder (the lock file too), the
 * version, the backend and the variables. Two runs with the same fingerprint want the same infrastructure. It is keyed
 * by the state store's secret, so that secret variables cannot be guessed from it.
 */
export async function fingerprint(settings: InfraSettings, files: Files): Promise<string> {
  const paths = files.list(settings.directory).filter((path) => !WRITTEN_BY_TERRAFORM.test(path));
  const contents = await Promise.all(
    paths.map(async (path): Promise<[string, string]> => [
      path,
      await sha256(files.read(`${settings.directory}/${path}`)),
    ]),
  );
  const { terraformVersion = null, backend, variables } = settings;
  const subject = JSON.stringify({
    contents,
    terraformVersion,
    backend: sorted(backend),
    variables: sorted(variables),
  });
  return keyed(settings.stateSecretKey, subject);
}

function sorted(map: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))).toString('hex');
}

async function keyed(secret: string, subject: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
  ]);
  return Buffer.from(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(subject))).toString(
    'hex',
  );
}
