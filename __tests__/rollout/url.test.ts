import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { applicationUrl } from '../../src/rollout/url';

function anIngress(
  host: string | undefined,
  given: JsonObject = {},
  annotations: JsonObject = {},
): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'bot', annotations },
    spec: { rules: [host === undefined ? {} : { host }], ...given },
  };
}

const RULES_ONLY = 'api.example.com';
const TRAEFIK = 'traefik.ingress.kubernetes.io/router.tls';

describe('the URL of the application', () => {
  test.each([
    ['a host without TLS', [anIngress(RULES_ONLY)], 'http://api.example.com'],
    [
      'TLS for the host',
      [anIngress(RULES_ONLY, { tls: [{ hosts: [RULES_ONLY] }] })],
      'https://api.example.com',
    ],
    [
      'TLS for a wildcard',
      [anIngress(RULES_ONLY, { tls: [{ hosts: ['*.example.com'] }] })],
      'https://api.example.com',
    ],
    ['TLS for all', [anIngress(RULES_ONLY, { tls: [{ secretName: 'any' }] })], 'https://api.example.com'],
    [
      'TLS for another host',
      [anIngress(RULES_ONLY, { tls: [{ hosts: ['example.com'] }] })],
      'http://api.example.com',
    ],
    ['TLS of Traefik', [anIngress(RULES_ONLY, {}, { [TRAEFIK]: 'true' })], 'https://api.example.com'],
    [
      'a resolver of Traefik',
      [anIngress(RULES_ONLY, {}, { [`${TRAEFIK}.certresolver`]: 'le' })],
      'https://api.example.com',
    ],
    ['no TLS of Traefik', [anIngress(RULES_ONLY, {}, { [TRAEFIK]: 'false' })], 'http://api.example.com'],
    [
      'the first that names a host',
      [anIngress(undefined), anIngress('b.example.com')],
      'http://b.example.com',
    ],
    ['no host', [anIngress(undefined)], undefined],
    ['a wildcard', [anIngress('*.example.com')], undefined],
    ['what is no host', [anIngress('a.b/../?x=<script>')], undefined],
    ['another kind', [{ ...anIngress(RULES_ONLY), kind: 'IngressRoute' }], undefined],
    [
      'a broken Ingress',
      [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', spec: { rules: 'no' } }],
      undefined,
    ],
    ['nothing', [], undefined],
  ] as const)('%s', (_, objects, expected) => {
    expect(applicationUrl(objects)).toBe(expected);
  });
});
