import type { JsonObject } from '../json';
import type { Files } from '../ports';

/** The parts of the set in manifests/ that are taken where none are named, each a folder or a file of that name. */
export const USUAL_PARTS = ['namespace', 'wpp-bot', 'postgres', 'dashboard', 'ingress', 'traefik'] as const;
/** All parts of the set. */
export const SHIPPED_PARTS = [...USUAL_PARTS, 'postgres-public', 'service-account', 'static-volume'] as const;
export type ShippedPart = (typeof SHIPPED_PARTS)[number];

/** What the placeholders of the set stand for where `variables` does not say. */
export const SHIPPED_DEFAULTS = {
  'acme-server': 'https://acme-v02.api.letsencrypt.org/directory',
  'dashboard-port': 8080,
  'postgres-image': 'docker.io/library/postgres:17.10-trixie',
  'storage-class': 'linode-block-storage-retain',
  'traefik-image': 'docker.io/library/traefik:v3.7.11',
  'volume-capacity': '20Gi',
} as const;

/** What the loader of manifests fills in, and what is made of another value. */
const NOT_GIVEN = ['image', 'namespace', 'postgres-firewall'];
const PLACEHOLDER = /\$\{([A-Za-z][\w-]*)\}/g;
/** A network of IPv4 or IPv6 that is not the whole internet. */
const NETWORK = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]*)\/(?!0+$)\d{1,3}$/i;

export interface ShippedSet {
  /** Paths of its files. */
  readonly paths: readonly string[];
  /** Values for its placeholders, by name: those that were given and the defaults of the others. */
  readonly variables: JsonObject;
  /** What it lacks; each text goes on after the name of the input. */
  readonly faults: readonly { readonly input: string; readonly text: string }[];
}

/** What people give for the set. */
export interface ForShippedSet {
  readonly parts: readonly ShippedPart[];
  readonly variables: JsonObject;
  /** Secrets by name, of which only the keys count. */
  readonly secrets: Readonly<Record<string, object>>;
}

/** Chooses the files of some parts of the set in `folder`, and says what their placeholders and pods lack. */
export function shippedSet(
  folder: string,
  given: ForShippedSet,
  files: Pick<Files, 'list' | 'read'>,
): ShippedSet {
  const { parts } = given;
  const chosen = files.list(folder).filter((path) => isOf(path, parts));
  const wanted = placeholdersOf(folder, chosen, files);
  const defaults = Object.entries(SHIPPED_DEFAULTS).filter(([name]) => wanted.has(name));
  const ranges = wanted.has('postgres-ranges') ? given.variables['postgres-ranges'] : undefined;
  const variables = {
    ...Object.fromEntries(defaults),
    ...given.variables,
    ...(isNetworks(ranges) ? { 'postgres-firewall': firewall(ranges) } : {}),
  };
  const lacking = [...wanted].filter(
    ([name]) => !Object.hasOwn(variables, name) && !NOT_GIVEN.includes(name),
  );
  const hasPostgres = chosen.some((path) => path.startsWith('postgres/'));
  const faults = [
    ...lacking.map(([name, part]) => lacks('variables', name, part, parts)),
    ...(ranges === undefined || isNetworks(ranges) ? [] : [OPEN_TO_ALL]),
    ...(hasPostgres && !Object.hasOwn(given.secrets['postgres-secret'] ?? {}, 'POSTGRES_PASSWORD')
      ? [lacks('secrets', 'postgres-secret with POSTGRES_PASSWORD', 'postgres', parts)]
      : []),
  ];
  return { paths: chosen.map((path) => `${folder}/${path}`), variables, faults };
}

/** Whether a file is of the parts: those of ingress/ are of the part too that they are called after. */
function isOf(path: string, parts: readonly string[]): boolean {
  const [part = '', name = ''] = path.replace(/\.yaml$/, '').split('/');
  return parts.includes(part) && (part !== 'ingress' || parts.includes(name));
}

/** Gives the names of the placeholders, each with the first part that has it. */
function placeholdersOf(
  folder: string,
  paths: readonly string[],
  files: Pick<Files, 'read'>,
): ReadonlyMap<string, string> {
  const found = paths.flatMap((path): [string, string][] => {
    const text = new TextDecoder().decode(files.read(`${folder}/${path}`));
    const part = path.replace(/(\/.*|\.yaml)$/, '');
    return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => [name, part]);
  });
  return new Map(found.reverse());
}

function lacks(
  input: string,
  what: string,
  part: string,
  parts: readonly string[],
): ShippedSet['faults'][number] {
  const others = parts.filter((each) => each !== part).join(', ');
  const text = `lacks ${what}, which the shipped ${part} needs, taken for want of a folder manifests or k8s: give it, or set shipped-manifests to what you want, such as ${others}`;
  return { input, text };
}

const OPEN_TO_ALL = {
  input: 'variables',
  text: 'has postgres-ranges, which must be a list of networks such as [203.0.113.0/24], not empty and not the whole internet: nobody else is to reach Postgres',
};

function isNetworks(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => typeof each === 'string' && NETWORK.test(each))
  );
}

/**
 * Gives the rules by which Linode's cloud controller makes a firewall, for its annotation linode-loadbalancer-firewall-acl
 * (cloud/linode/services/firewalls.go of linode-cloud-controller-manager).
 */
function firewall(networks: readonly string[]): string {
  const of = (isIpv6: boolean): readonly string[] => networks.filter((each) => each.includes(':') === isIpv6);
  const [ipv4, ipv6] = [of(false), of(true)];
  return JSON.stringify({
    allowList: { ...(ipv4.length > 0 ? { ipv4 } : {}), ...(ipv6.length > 0 ? { ipv6 } : {}) },
  });
}
