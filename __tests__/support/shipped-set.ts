import { fileSystem } from '../../src/adapters/files';
import type { JsonObject } from '../../src/json';
import { loadManifests } from '../../src/manifests/load';
import type { Manifest } from '../../src/manifests/objects';
import { shippedSet, USUAL_PARTS, type ShippedPart } from '../../src/settings/shipped-manifests';
import { fakeKustomize } from './files';
import { someManifests } from './settings';

export const VARIABLES = {
  host: 'example.com',
  email: 'me@example.com',
  'dashboard-image': 'ghcr.io/acme/dashboard:1.4.0',
};
export const RANGES = { 'postgres-ranges': ['203.0.113.0/24', '2001:db8::/32'] };
export const HANDLE = { 'volume-handle': '678-wpp-bot-data' };
const SECRETS = { 'postgres-secret': { POSTGRES_PASSWORD: 'a-long-password' } };

export const setOf = (
  parts: readonly ShippedPart[],
  variables: JsonObject = VARIABLES,
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = SECRETS,
): ReturnType<typeof shippedSet> => shippedSet('manifests', { parts, variables, secrets }, fileSystem);

/** Gives the objects of some parts of the shipped set, as a run reads them. */
export async function loadParts(
  parts: readonly ShippedPart[],
  given: JsonObject = VARIABLES,
  namespace = 'wpp-bot',
): Promise<readonly Manifest[]> {
  const { paths, variables, faults } = setOf(parts, given);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const image = { registry: 'ghcr.io', repository: 'acme/wpp-bot' };
  const ports = { files: fileSystem, kustomize: fakeKustomize() };
  return loadManifests(someManifests({ paths, variables, namespace, secrets: {} }), image, ports);
}

/** Gives the parts that are usual, but for some. */
export const without = (...parts: readonly ShippedPart[]): readonly ShippedPart[] =>
  USUAL_PARTS.filter((part) => !parts.includes(part));

const { 'dashboard-image': _image, ...noDashboard } = VARIABLES;
const { host: _host, ...noHost } = VARIABLES;
const { email: _email, ...noEmail } = VARIABLES;

/** Choices that people make: a name, the parts and the variables that they need. */
export const SETS: readonly (readonly [string, readonly ShippedPart[], JsonObject])[] = [
  ['as it is', USUAL_PARTS, VARIABLES],
  ['without namespace', without('namespace'), VARIABLES],
  ['without wpp-bot', without('wpp-bot'), VARIABLES],
  ['without postgres', without('postgres'), VARIABLES],
  ['without dashboard', without('dashboard'), noDashboard],
  ['without ingress', without('ingress'), noHost],
  ['without traefik', without('traefik'), noEmail],
  ['without a host name', without('ingress', 'traefik'), { 'dashboard-image': 'nginx:1' }],
  ['the bot alone', ['namespace', 'wpp-bot'], {}],
  ['with postgres-public', [...USUAL_PARTS, 'postgres-public'], { ...VARIABLES, ...RANGES }],
  ['with service-account', [...USUAL_PARTS, 'service-account'], VARIABLES],
  ['with static-volume', [...USUAL_PARTS, 'static-volume'], { ...VARIABLES, ...HANDLE }],
];
