/** What Kubernetes takes for the name of a namespace (RFC 1123). */
export const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Gives the name that comes nearest to `text`: lower-case letters, digits and dashes, 63 at most. */
export function dnsLabel(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+/, '')
    .replace(/-+$/, '');
}

/** Gives a label for the shipped cluster that tells repositories and environments apart; that of its volume takes 32 characters. */
export function clusterLabel(repository: string, environment: string): string {
  const suffix = environment === 'production' ? '' : `-${environment}`.slice(0, 15);
  // The set takes labels of two characters or more that begin with a letter.
  const name = /^[a-z]./.test(dnsLabel(repository)) ? repository : `app-${repository}`;
  return `${cut(name, 27 - suffix.length)}${suffix}`.replace(/-+$/, '');
}

/** Gives a name of at most `longest` characters that S3 and Linode take. */
export function cut(repository: string, longest: number): string {
  return (dnsLabel(repository) || 'app').slice(0, longest).replace(/-+$/, '');
}
