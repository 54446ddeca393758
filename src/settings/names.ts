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
