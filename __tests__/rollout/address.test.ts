import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/json';
import { ingressAddress } from '../../src/rollout/address';
import { ManualClock } from '../support/clock';
import { FakeCluster } from '../support/cluster';
import { aFailure } from '../support/failure';
import { FakeLog } from '../support/log';

const START = Date.parse('2026-01-02T03:04:05.678Z');
const ago = (seconds: number): string => new Date(START - seconds * 1000).toISOString();

interface Live {
  readonly kind: 'Ingress' | 'Service';
  readonly name: string;
  readonly namespace?: string;
  readonly address?: JsonObject;
  readonly age?: number;
  readonly spec?: JsonObject;
}

function anObject({ kind, name, namespace = 'ns', address, age = 3600, spec = {} }: Live): JsonObject {
  return {
    apiVersion: kind === 'Ingress' ? 'networking.k8s.io/v1' : 'v1',
    kind,
    metadata: { name, namespace, creationTimestamp: ago(age) },
    spec: { ...(kind === 'Service' ? { type: 'LoadBalancer' } : { ingressClassName: 'traefik' }), ...spec },
    ...(address === undefined ? {} : { status: { loadBalancer: { ingress: [address] } } }),
  };
}

const ingress = (given: Partial<Live> = {}): Live => ({ kind: 'Ingress', name: 'bot', ...given });
const service = (name: string, given: Partial<Live> = {}): Live => ({ kind: 'Service', name, ...given });

/** Asks for the address of an application whose manifests have `own`, in a cluster that has `others` too. */
async function ask(
  own: readonly Live[],
  others: readonly Live[] = [],
  change?: (cluster: FakeCluster, clock: ManualClock) => void,
) {
  const [cluster, clock, log] = [new FakeCluster(), new ManualClock(), new FakeLog()];
  for (const each of [...own, ...others]) cluster.put(anObject(each));
  change?.(cluster, clock);
  const manifests = own.map((each) => {
    const { status: _status, ...manifest } = anObject(each);
    return {
      ...manifest,
      metadata: { name: each.name, ...(each.namespace ? { namespace: each.namespace } : {}) },
    };
  });
  const address = await ingressAddress(manifests, 'ns', 600, { cluster, clock, log });
  return { address, waited: (clock.now() - START) / 1000, lines: log.lines };
}

const IP = { ip: '192.0.2.1' };
const OTHER = { ip: '192.0.2.2' };

describe('the address', () => {
  test.each<[string, readonly Live[], readonly Live[], string | undefined]>([
    ['of an Ingress', [ingress({ address: IP })], [], '192.0.2.1'],
    ['of an Ingress by name', [ingress({ address: { hostname: 'lb.example.com' } })], [], 'lb.example.com'],
    ['of the first Ingress that has one', [ingress(), ingress({ name: 'b', address: IP })], [], '192.0.2.1'],
    [
      'of the Ingress before that of a Service',
      [service('traefik', { address: OTHER }), ingress({ address: IP })],
      [],
      '192.0.2.1',
    ],
    [
      'of the controller among the manifests',
      [ingress(), service('traefik', { address: IP }), service('game', { address: OTHER })],
      [],
      '192.0.2.1',
    ],
    [
      'of the controller elsewhere',
      [ingress()],
      [service('traefik', { namespace: 'system', address: IP })],
      '192.0.2.1',
    ],
    [
      'of the controller of its class',
      [ingress()],
      [service('ingress-nginx-controller', { address: OTHER }), service('traefik', { address: IP })],
      '192.0.2.1',
    ],
    [
      'of none where several controllers may be meant',
      [ingress({ spec: { ingressClassName: 'own' } })],
      [service('traefik', { address: IP }), service('nginx', { address: OTHER })],
      undefined,
    ],
    [
      'of the only load balancer',
      [service('bot', { address: IP })],
      [service('traefik', { address: OTHER })],
      '192.0.2.1',
    ],
    [
      'of none of several load balancers',
      [service('one', { address: IP }), service('two', { address: OTHER })],
      [],
      undefined,
    ],
    ['of no load balancer of others', [ingress()], [service('game', { address: IP })], undefined],
    ['of no Service inside the cluster', [service('bot', { spec: { type: 'ClusterIP' } })], [], undefined],
    ['of nothing', [], [service('traefik', { address: IP })], undefined],
  ])('is %s', async (_, own, others, expected) => {
    expect(await ask(own, others)).toMatchObject({ address: expected, waited: 0 });
  });
});

describe('waiting', () => {
  const later = (name: string, seconds: number) => (cluster: FakeCluster) => {
    const get = cluster.get.bind(cluster);
    let calls = 0;
    cluster.get = async (key) => {
      const answer = await get(key);
      if (key.name !== name || !answer.ok || calls++ * 2 < seconds) return answer;
      return { ok: true, object: { ...answer.object, status: { loadBalancer: { ingress: [IP] } } } };
    };
  };

  test('a load balancer that was just made is waited for', async () => {
    const found = await ask([ingress(), service('traefik', { age: 1 })], [], later('traefik', 60));
    expect(found).toMatchObject({ address: '192.0.2.1', waited: 60 });
    expect(found.lines).toEqual(['Waiting for the address of Service/ns/traefik']);
  });

  test('which is told once, however long each look takes', async () => {
    const found = await ask([service('traefik', { age: 290 })], [], (cluster, clock) => {
      const get = cluster.get.bind(cluster);
      cluster.get = (key) => {
        clock.advance(100);
        return get(key);
      };
    });
    expect(found.lines).toEqual([
      'Waiting for the address of Service/ns/traefik',
      'warning: Service/ns/traefik has no address yet.',
    ]);
  });

  test('until it is five minutes old, which is a warning and no failure', async () => {
    const found = await ask([service('traefik', { age: 200 })]);
    expect(found).toMatchObject({ address: undefined, waited: 100 });
    expect(found.lines.at(-1)).toBe('warning: Service/ns/traefik has no address yet.');
  });

  test('one that has had none for long is not waited for', async () => {
    expect(await ask([service('traefik')])).toMatchObject({ address: undefined, waited: 0 });
  });

  test('a new Ingress in a cluster without any load balancer is not waited for, nor warned of', async () => {
    const found = await ask([ingress({ age: 1 })]);
    expect(found).toEqual({ address: undefined, waited: 0, lines: [] });
  });

  test('a new Ingress is waited for a minute where a load balancer may stand before it', async () => {
    const others = [service('lb', { namespace: 'system' })];
    expect(await ask([ingress({ age: 0 })], others, later('bot', 30))).toMatchObject({
      address: '192.0.2.1',
      waited: 30,
    });
    expect(await ask([ingress({ age: 0 })], others)).toMatchObject({ address: undefined, waited: 60 });
  });
});

describe('a cluster that does not tell', () => {
  test('all of its Services still tells those of the manifests', async () => {
    const found = await ask([ingress(), service('traefik', { address: IP })], [], (cluster) => {
      cluster.list = () => Promise.reject(aFailure('cluster-forbidden'));
    });
    expect(found.address).toBe('192.0.2.1');
  });

  test('is a warning', async () => {
    const found = await ask([ingress()], [], (cluster) => {
      cluster.get = () => Promise.reject(aFailure('cluster-unreachable', 'no answer'));
    });
    expect(found).toEqual({
      address: undefined,
      waited: 0,
      lines: ['warning: The address is not known: no answer.'],
    });
  });

  test('because the run was cancelled ends it', async () => {
    const asked = ask([ingress()], [], (cluster) => {
      cluster.get = () => Promise.reject(aFailure('cancelled'));
    });
    await expect(asked).rejects.toMatchObject({ details: { code: 'cancelled' } });
  });
});
