import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { fileSystem } from '../src/adapters/files';
import { listAt, textAt, type JsonObject } from '../src/json';
import { loadManifests, withImage } from '../src/manifests/load';
import type { Manifest } from '../src/manifests/objects';
import { readSettings, type ManifestsSettings } from '../src/settings/settings';
import { ManualClock } from './support/clock';
import { fakeKustomize, onlyDockerfile } from './support/files';
import { aContext, someInputs } from './support/settings';

const GUIDE = /```sh eject\n(.*)\n```/.exec(readFileSync('docs/guide/application.md', 'utf8'))?.[1] ?? '';
const VALUES = ['host=example.com', 'email=me@example.com', 'dashboard-image=ghcr.io/acme/dashboard:1.4.0'];
const IMAGE = { registry: 'ghcr.io', repository: 'acme/my-app' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-eject-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function eject(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stderr } = spawnSync('script/eject', [folder, ...args], { encoding: 'utf8' });
  return { status, said: stderr };
}

/** What the action reads of inputs in a repository without manifests and configuration of its own. */
function settingsOf(environment: string, inputs: Readonly<Record<string, string>>) {
  const given = {
    secrets: 'postgres-secret: {POSTGRES_PASSWORD: "a-long-password"}',
    ...inputs,
    environment,
  };
  const around = { files: onlyDockerfile, clock: new ManualClock(), actionFolder: '.' };
  const result = readSettings(someInputs(given), aContext({ repository: 'acme/my-app' }), around);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  const { manifests, infra } = result.settings;
  if (!manifests.run || !infra.run) throw new Error('not all steps run');
  return { manifests, infra };
}

/** Gives the objects with the image that is deployed, as the run applies them. */
async function objectsOf(settings: ManifestsSettings): Promise<readonly JsonObject[]> {
  const loaded = await loadManifests({ ...settings, secrets: {} }, IMAGE, {
    files: fileSystem,
    kustomize: fakeKustomize(),
  });
  const deployed: readonly Manifest[] = withImage(loaded, {
    name: IMAGE,
    reference: 'ghcr.io/acme/my-app@sha256:1',
    tag: 't',
  });
  return deployed.map(({ object }) => object);
}

describe('a set that was copied with script/eject', () => {
  const ranges = {
    given: ['postgres-ranges=[203.0.113.0/24, 2001:db8::/32]'],
    text: 'postgres-ranges: [203.0.113.0/24, "2001:db8::/32"]',
  };
  const usual = 'host: example.com\nemail: me@example.com\ndashboard-image: ghcr.io/acme/dashboard:1.4.0';

  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['as it is', VALUES, { variables: usual }],
    [
      'for other values',
      [...VALUES, 'dashboard-port=3001', 'storage-class=other', 'namespace=123'],
      { variables: `${usual}\ndashboard-port: 3001\nstorage-class: other`, namespace: '123' },
    ],
    [
      'with a public database',
      [...ranges.given, 'shipped-manifests=postgres, postgres-public'],
      { variables: ranges.text, 'shipped-manifests': 'postgres, postgres-public' },
    ],
    [
      'of the application and its accounts alone, for staging',
      ['shipped-manifests=wpp-bot,service-account', 'environment=staging'],
      { 'shipped-manifests': 'wpp-bot, service-account' },
    ],
  ])('has the same objects, %s', async (_, values, inputs) => {
    const environment = values.find((each) => each.startsWith('environment='))?.split('=')[1] ?? 'production';
    const { manifests, infra } = settingsOf(environment, inputs);
    expect(eject('acme/my-app', ...values)).toEqual({ status: 0, said: '' });
    const own = { ...manifests, paths: [join(folder, 'manifests')], variables: {} };
    expect(await objectsOf(own)).toEqual(await objectsOf(manifests));

    const label = /variable "label" \{[^}]*default\s+= "([^"]*)"/.exec(
      readFileSync(join(folder, 'terraform/variables.tf'), 'utf8'),
    )?.[1];
    expect(label).toBe(infra.variables['label']);
  });

  test('has the configuration of the cluster, but for the label', () => {
    eject('acme/my-app', ...VALUES);
    const names = readdirSync(join(folder, 'terraform'));
    expect(names).toEqual(expect.arrayContaining(['main.tf', 'outputs.tf', 'variables.tf', 'versions.tf']));
    for (const name of names.filter((each) => each.endsWith('.tf') && each !== 'variables.tf'))
      expect(readFileSync(join(folder, 'terraform', name))).toEqual(readFileSync(join('terraform', name)));
    const lines = (path: string): readonly string[] => readFileSync(path, 'utf8').split('\n');
    const shipped = lines('terraform/variables.tf');
    const changed = lines(join(folder, 'terraform/variables.tf')).filter(
      (line, index) => line !== shipped[index],
    );
    expect(changed.map((line) => line.trim())).toEqual([expect.stringMatching(/^default\s+= "my-app"$/)]);
  });
});

describe('script/eject', () => {
  test('does what the guide says', () => {
    const [program, , ...args] = GUIDE.split(' ');
    expect(program).toBe('script/eject');
    expect(eject(...args)).toEqual({ status: 0, said: '' });
  });

  test('makes the namespaces that the guide applies first, and no others', () => {
    const guide = readFileSync('docs/guide/application.md', 'utf8');
    const [, applied = ''] = /kubectl apply --server-side( -f .*namespace.yaml)\n/.exec(guide) ?? [];
    eject('acme/my-app', ...VALUES);
    const namespaces = fileSystem
      .list(join(folder, 'manifests'))
      .map((path) => `manifests/${path}`)
      .filter((path) => /^kind: Namespace$/m.test(readFileSync(join(folder, path), 'utf8')));
    expect(applied.trim().split(/ ?-f /).slice(1)).toEqual(namespaces);
  });

  test('names the image that is given, which the guide shows', () => {
    const guide = readFileSync('docs/guide/application.md', 'utf8');
    const [, image = ''] = /`image=(\S+)` of `script\/eject`/.exec(guide) ?? [];
    eject('acme/my-app', ...VALUES, `image=${image}`);
    const bot = load(readFileSync(join(folder, 'manifests/wpp-bot/deployment.yaml'), 'utf8'));
    const [container] = listAt(bot, 'spec', 'template', 'spec', 'containers');
    expect(textAt(container, 'image')).toBe('ghcr.io/acme/my-app:1.4.0');
  });

  test('tells all faults at once and writes nothing', () => {
    mkdirSync(join(folder, 'k8s'));
    const { status, said } = eject(
      'my-app',
      'host=a: b',
      'other=x',
      'shipped-manifests=wpp-bot,bots,ingress,traefik',
      'plain',
    );
    expect(status).toBe(1);
    expect(
      said
        .trim()
        .split('\n')
        .map((line) => line.replace(folder, 'TARGET')),
    ).toEqual([
      'TARGET/k8s: is there already; nothing is written over it',
      'plain: must be name=value',
      'my-app: must be owner/name of the repository',
      'shipped-manifests: there is no bots',
      expect.stringMatching(/^variables lacks email, which the shipped traefik needs/),
      'other: is used by no manifest of these parts',
      expect.stringMatching(/^namespace: has what cannot stand/),
      'host: has what cannot stand in a manifest as it is',
    ]);
    expect(readdirSync(folder)).toEqual(['k8s']);
  });

  test('says how it is called', () => {
    const { status, stderr } = spawnSync('script/eject', [], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'script/eject TARGET OWNER/REPOSITORY [name=value …]\n',
    });
  });
});
