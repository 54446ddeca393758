import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadParts, VARIABLES } from '../__tests__/support/shipped-set';
import { run } from '../sandbox/command.ts';
import { kubectl } from '../sandbox/live.ts';
import { repository } from '../sandbox/paths.ts';
import { resetAccounts } from '../sandbox/reset.ts';
import { textAt } from '../src/json';
import { describe as nameOf } from '../src/manifests/objects';
import { USUAL_PARTS } from '../src/settings/shipped-manifests';
import { applyManifests } from './support/apply.ts';
import { commandsOf } from './support/guide.ts';
import { readAlong } from './support/read-along.ts';

const KINDS = [
  'Deployment',
  'StatefulSet',
  'Service',
  'PersistentVolumeClaim',
  'ConfigMap',
  'Ingress',
  'NetworkPolicy',
];

interface Listed {
  readonly items: readonly {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  }[];
}

/** Gives the objects of the set's namespaces but those that a cluster makes by itself, by name and uid. */
async function objects(): Promise<Readonly<Record<string, string>>> {
  const lists = ['wpp-bot', 'traefik'].map(async (namespace) => {
    const { items } = JSON.parse(await kubectl('get', KINDS.join(), '-n', namespace, '-o', 'json')) as Listed;
    return items
      .filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
      .map(({ kind, metadata }) => [`${kind}/${namespace}/${metadata.name}`, metadata.uid] as const);
  });
  return Object.fromEntries((await Promise.all(lists)).flat());
}

describe('the set that is applied by kubectl', () => {
  let folder: string;
  beforeAll(async () => {
    await resetAccounts();
    folder = await mkdtemp(join(tmpdir(), 'wpp-by-hand-'));
    const values = Object.entries(VARIABLES).map(([name, value]) => `${name}=${value}`);
    await run([join(repository, 'script/eject'), folder, 'acme/wpp-bot', ...values]);
  });
  afterAll(async () => {
    await kubectl('delete', 'clusterrole,clusterrolebinding', 'traefik');
    await resetAccounts();
    await rm(folder, { recursive: true });
  });

  it('is all there by the commands of the guide', async () => {
    const commands = commandsOf('docs/guide/application.md').filter(({ text }) =>
      text.includes('kubectl apply --server-side --recursive'),
    );
    expect(commands).toHaveLength(1);
    await readAlong(
      commands.map(({ text }) => text),
      folder,
    );
    const wanted = (await loadParts(USUAL_PARTS))
      .filter(({ object }) => KINDS.includes(textAt(object, 'kind')))
      .map(({ object }) => nameOf(object));
    expect(wanted.length).toBeGreaterThan(15);
    expect(Object.keys(await objects())).toEqual(expect.arrayContaining(wanted));
  });

  it('is taken over by a deploy, which makes nothing anew, and the next one changes nothing', async () => {
    const before = await objects();
    // What is not of a namespace is the cluster's own here, as the class of Ingresses is.
    const set = (await loadParts(USUAL_PARTS)).filter(
      ({ object }) => textAt(object, 'metadata', 'namespace') !== '',
    );
    const { changes } = await applyManifests(set, 'wpp-bot');
    expect(changes.map(({ object }) => object)).toEqual(
      expect.arrayContaining(set.map(({ object }) => nameOf(object))),
    );
    expect(changes.filter(({ action }) => action === 'created')).toMatchObject([
      { object: 'ConfigMap/wpp-bot/wpp-bot-inventory' },
    ]);
    expect(await objects()).toMatchObject(before);
    const again = await applyManifests(set, 'wpp-bot');
    expect(again.changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
  });
});
