import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { fileSystem } from '../../src/adapters/files';
import { at, listAt, textAt, type JsonObject } from '../../src/json';
import { describe as nameOf } from '../../src/manifests/objects';
import { SHIPPED_PARTS, USUAL_PARTS, type ShippedPart } from '../../src/settings/shipped-manifests';
import { restrictedFaults } from '../support/pod-security';
import { HANDLE, loadParts, RANGES, setOf, SETS, VARIABLES, without } from '../support/shipped-set';

const GOLDEN = '__tests__/fixtures/shipped-set.objects.txt';

/** Gives the pod specs of an object, as templates and as they are. */
function podSpecs(object: JsonObject): readonly JsonObject[] {
  const spec = at(object, 'spec', 'template', 'spec');
  return spec === undefined ? [] : [spec as JsonObject];
}

describe('the shipped manifests', () => {
  test('every part has files, and every file is of a part', () => {
    const files = fileSystem.list('manifests');
    const taken = setOf(SHIPPED_PARTS).paths.map((path) => path.replace('manifests/', ''));
    expect(taken).toEqual(files);
    for (const part of SHIPPED_PARTS)
      expect(existsSync(`manifests/${part}`) || existsSync(`manifests/${part}.yaml`)).toBe(true);
  });

  test('are these objects, and more or fewer by the choice of parts', async () => {
    const all = await Promise.all(
      SETS.map(async ([name, parts, variables]) => {
        const names = (await loadParts(parts, variables)).map(({ object }) => nameOf(object)).sort();
        return { name, names };
      }),
    );
    const usual = all[0]?.names ?? [];
    const lines = all.flatMap(({ name, names }, index) => [
      `# ${name}`,
      ...(index === 0 ? names : usual.filter((each) => !names.includes(each)).map((each) => `- ${each}`)),
      ...(index === 0 ? [] : names.filter((each) => !usual.includes(each)).map((each) => `+ ${each}`)),
    ]);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, `${lines.join('\n')}\n`);
    expect(`${lines.join('\n')}\n`).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  const all = loadParts(SHIPPED_PARTS, { ...VARIABLES, ...RANGES, ...HANDLE });

  test('have pods that pass the restricted Pod Security Standard', async () => {
    const specs = (await all).flatMap(({ object }) =>
      podSpecs(object).map((spec) => ({ object: nameOf(object), faults: restrictedFaults(spec) })),
    );
    expect(specs.length).toBe(4);
    expect(specs.filter(({ faults }) => faults.length > 0)).toEqual([]);
  });

  test('name images of one exact version', async () => {
    const images = (await all).flatMap(({ object }) =>
      podSpecs(object).flatMap((spec) =>
        [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')].map((each) =>
          textAt(each, 'image'),
        ),
      ),
    );
    expect(images).toContain('ghcr.io/acme/wpp-bot');
    expect(images.length).toBe(5);
    for (const image of images.filter((each) => each !== 'ghcr.io/acme/wpp-bot'))
      expect(image).toMatch(/^[a-z.]+\/.+:v?\d+\.\d+[\w.-]*$/);
  });

  test('ask for memory and limit it, in every container', async () => {
    const lacking = (await all).flatMap(({ object }) =>
      podSpecs(object)
        .flatMap((spec) => [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')])
        .filter(
          (each) =>
            textAt(each, 'resources', 'requests', 'memory') === '' ||
            textAt(each, 'resources', 'limits', 'memory') === '',
        )
        .map(() => nameOf(object)),
    );
    expect(lacking).toEqual([]);
  });

  test('let only the addresses of postgres-ranges through the firewall', async () => {
    const service = (await all).find(({ object }) => nameOf(object) === 'Service/wpp-bot/postgres-public');
    const annotation = 'service.beta.kubernetes.io/linode-loadbalancer-firewall-acl';
    expect(JSON.parse(textAt(service?.object, 'metadata', 'annotations', annotation))).toEqual({
      allowList: { ipv4: ['203.0.113.0/24'], ipv6: ['2001:db8::/32'] },
    });
    expect(at(service?.object, 'spec', 'loadBalancerSourceRanges')).toEqual(RANGES['postgres-ranges']);
  });

  // A load balancer has a port on the nodes' public addresses behind it, which no firewall of the balancer guards.
  test('let nobody but NodeBalancers in by the public Service of Postgres, and show the pod who comes', async () => {
    const objects = (await all).map(({ object }) => object);
    const find = (name: string): JsonObject | undefined => objects.find((each) => nameOf(each) === name);
    expect(at(find('NetworkPolicy/wpp-bot/postgres-public'), 'spec', 'ingress')).toEqual([
      { from: [{ ipBlock: { cidr: '192.168.255.0/24' } }], ports: [{ protocol: 'TCP', port: 'postgres' }] },
    ]);
    expect(textAt(find('Service/wpp-bot/postgres-public'), 'spec', 'externalTrafficPolicy')).toBe('Local');
  });

  test('say in every network policy who may come', async () => {
    const rules = (await all)
      .filter(({ object }) => object['kind'] === 'NetworkPolicy')
      .flatMap(({ object }) =>
        listAt(object, 'spec', 'ingress').map((rule) => ({
          object: nameOf(object),
          from: listAt(rule, 'from').length,
        })),
      );
    expect(rules.map(({ object }) => object).sort()).toEqual([
      'NetworkPolicy/wpp-bot/postgres',
      'NetworkPolicy/wpp-bot/postgres-public',
    ]);
    expect(rules.filter(({ from }) => from === 0)).toEqual([]);
  });
});

test('the volume of Terraform is for a claim of the bot, of the same class and no smaller', async () => {
  const objects = (await loadParts(['namespace', 'wpp-bot', 'static-volume'], HANDLE)).map(
    ({ object }) => object,
  );
  const volume = objects.find(({ kind }) => kind === 'PersistentVolume');
  const of = at(volume, 'spec', 'claimRef');
  const claim = objects.find(
    (object) => nameOf(object) === `PersistentVolumeClaim/${textAt(of, 'namespace')}/${textAt(of, 'name')}`,
  );
  expect(at(claim, 'spec')).toMatchObject({
    storageClassName: textAt(volume, 'spec', 'storageClassName'),
    accessModes: listAt(volume, 'spec', 'accessModes'),
    resources: { requests: { storage: '10Gi' } },
  });
  expect(at(volume, 'spec')).toMatchObject({
    capacity: { storage: '20Gi' },
    csi: { volumeHandle: HANDLE['volume-handle'] },
    persistentVolumeReclaimPolicy: 'Retain',
  });
});

describe('what the shipped manifests need', () => {
  const needs: readonly (readonly [string, ShippedPart])[] = [
    ['variables lacks host', 'ingress'],
    ['variables lacks email', 'traefik'],
    ['variables lacks dashboard-image', 'dashboard'],
    ['secrets lacks postgres-secret with POSTGRES_PASSWORD', 'postgres'],
  ];
  const told = (parts: readonly ShippedPart[]): readonly string[] =>
    setOf(parts, {}, {}).faults.map(({ input, text }) => `${input} ${text}`);

  test('is told all at once', () => {
    const starts = told(USUAL_PARTS).map((text) => text.split(',')[0]);
    expect(starts.sort()).toEqual(needs.map(([start]) => start).sort());
  });

  test.each(needs)('%s is told with the way to do without %s, which helps', (start, part) => {
    const text = told(USUAL_PARTS).find((each) => each.startsWith(start));
    expect(text).toContain(`which the shipped ${part} needs`);
    const others = text?.split('such as ')[1]?.split(', ') as readonly ShippedPart[];
    expect(others).toEqual(without(part));
    expect(told(others).filter((each) => each.startsWith(start))).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['an empty list', []],
    ['all the internet', ['0.0.0.0/0']],
    ['all the internet of IPv6', ['::/0']],
    ['one that is all the internet among others', ['203.0.113.0/24', '0.0.0.0/00']],
    ['a text', '203.0.113.0/24'],
    ['an address without its length', ['203.0.113.7']],
    ['nothing', null],
  ])('postgres-public is refused with %s', (_, ranges) => {
    const { faults, variables } = setOf([...USUAL_PARTS, 'postgres-public'], {
      ...VARIABLES,
      'postgres-ranges': ranges,
    });
    expect(faults).toEqual([
      { input: 'variables', text: expect.stringContaining('has postgres-ranges, which must be') as unknown },
    ]);
    expect(variables).not.toHaveProperty('postgres-firewall');
  });

  test('postgres-public needs its ranges', () => {
    const { faults } = setOf([...USUAL_PARTS, 'postgres-public']);
    expect(faults.map(({ text }) => text.split(',')[0])).toEqual(['lacks postgres-ranges']);
  });
});
