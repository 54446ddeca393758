import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { messageOf } from '../errors';
import { dateText, KubeconfigProblem } from './kubeconfig-problem';

/** One field of a kubeconfig that holds the base64 of PEM text, and whose it is: `its cluster "a"`. */
export interface PemField {
  readonly owner: string;
  readonly field: string;
  readonly data: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const RAW = 'make the kubeconfig with `kubectl config view --raw --flatten --minify`';
const SOON_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** Checks the authorities by which the server is known; throws KubeconfigProblem. One that is valid is enough. */
export function checkAuthorities(given: PemField, now: number): void {
  const certificates = certificatesOf(given);
  if (certificates.some((each) => each.validFromDate.getTime() <= now && now < each.validToDate.getTime()))
    return;
  refuseByDate(given, certificates[0], now, 'get a new kubeconfig from the cluster');
}

/** Checks a client's certificate and its key; gives a warning where it expires soon. Throws KubeconfigProblem. */
export function checkClient(certificate: PemField, key: PemField, now: number): string | undefined {
  const [own] = certificatesOf(certificate);
  const secret = privateKeyOf(key);
  if (own?.checkPrivateKey(secret) === false)
    throw new KubeconfigProblem(
      `has a ${certificate.field} and a ${key.field} in ${key.owner} that do not belong together: give both from the same kubeconfig`,
    );
  refuseByDate(certificate, own, now, 'make a new kubeconfig and update the secret');
  const end = own?.validToDate.getTime() ?? 0;
  return end - now > SOON_MILLISECONDS
    ? undefined
    : `has a ${certificate.field} in ${certificate.owner} that expires on ${dateText(end)}: make a new kubeconfig before that`;
}

function refuseByDate(
  { owner, field }: PemField,
  certificate: X509Certificate | undefined,
  now: number,
  advice: string,
): void {
  if (certificate === undefined) return;
  const [start, end] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  const at = `(it is ${dateText(now)})`;
  if (now >= end)
    throw new KubeconfigProblem(
      `has a ${field} in ${owner} that expired on ${dateText(end)} ${at}: ${advice}`,
    );
  if (now < start)
    throw new KubeconfigProblem(
      `has a ${field} in ${owner} that is not valid before ${dateText(start)} ${at}: check the clock of the runner, or ${advice}`,
    );
}

function certificatesOf(given: PemField): readonly X509Certificate[] {
  const blocks = pemOf(given, 'CERTIFICATE').match(CERTIFICATE) ?? [];
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new KubeconfigProblem(
        `has a ${given.field} in ${given.owner} whose PEM certificate cannot be read, so it is damaged: ${RAW}`,
      );
    }
  });
}

function privateKeyOf(given: PemField): KeyObject {
  const pem = pemOf(given, 'PRIVATE KEY');
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const locked = /ENCRYPTED/.test(pem) || messageOf(error).includes('passphrase');
    throw new KubeconfigProblem(
      locked
        ? `has a ${given.field} in ${given.owner} that is locked by a passphrase: give a key without one`
        : `has a ${given.field} in ${given.owner} whose PEM key cannot be read, so it is damaged: ${RAW}`,
    );
  }
}

/** Gives the PEM text of a field, which must hold a whole block of a kind. */
function pemOf({ owner, field, data }: PemField, kind: 'CERTIFICATE' | 'PRIVATE KEY'): string {
  const what = `has a ${field} in ${owner} that`;
  if (data.includes('-----BEGIN'))
    throw new KubeconfigProblem(`${what} is PEM as it is, but must be the base64 of it: ${RAW}`);
  const compact = data.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) throw new KubeconfigProblem(`${what} is not base64: ${RAW}`);
  const pem = Buffer.from(compact, 'base64').toString('utf8');
  if (!new RegExp(`-----BEGIN [A-Z ]*${kind}-----`).test(pem))
    throw new KubeconfigProblem(
      `${what} is no PEM ${kind === 'CERTIFICATE' ? 'certificate' : 'private key'}: ${RAW}`,
    );
  if (!new RegExp(`-----END [A-Z ]*${kind}-----`).test(pem))
    throw new KubeconfigProblem(`${what} is cut off: ${RAW}`);
  return pem;
}
