import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { preflight, type PreflightPorts } from '../../src/infra/preflight';
import type { AppliedRecord } from '../../src/ports';
import type { InfraSettings } from '../../src/settings/settings';
import { aFailure, failureOf } from '../support/failure';
import { fakeFiles } from '../support/files';
import { FakeLinode, FakeStore } from '../support/infra';
import { FakeLog } from '../support/log';
import { anInfra } from '../support/settings';

const RECORD: AppliedRecord = { fingerprint: 'f', commit: 'c', clusterId: 7 };
const deploy = { preview: false, record: undefined };
const preview = { preview: true, record: undefined };

interface World extends PreflightPorts {
  readonly store: FakeStore;
  readonly linode: FakeLinode;
  readonly log: FakeLog;
}

/** The outside of the check; the configuration is the set that ships with the action, with the folders in it that are sets of their own. */
function world(): World {
  const set = globSync('terraform/**/*.{tf,hcl}').map((path): [string, string] => [
    path,
    readFileSync(path, 'utf8'),
  ]);
  return {
    files: fakeFiles(Object.fromEntries(set)),
    store: new FakeStore(),
    linode: new FakeLinode(),
    log: new FakeLog(),
  };
}

const shipped = (variables: InfraSettings['variables'] = {}): InfraSettings =>
  anInfra({ shipped: true, variables });

test('all is well: nothing is said', async () => {
  const ports = world();
  await preflight(shipped(), deploy, ports);
  expect(ports.log.lines).toEqual([]);
  expect(ports.store.trials).toBe(1);
  expect([...ports.linode.lists].sort()).toEqual(['plans', 'regions', 'versions']);
});

describe('the token', () => {
  test.each<[string, readonly string[], object, string]>([
    [
      'one scope',
      ['lke:read_write', 'volumes:read_write'],
      deploy,
      'linode-token lacks the scope events:read_only; it has lke:read_write, volumes:read_write',
    ],
    [
      'several',
      ['lke:read_only', 'events:read_only'],
      deploy,
      'linode-token lacks the scopes lke:read_write, volumes:read_write; it has lke:read_only, events:read_only',
    ],
    [
      'all',
      [],
      deploy,
      'linode-token lacks the scopes events:read_only, lke:read_write, volumes:read_write; it has none',
    ],
    [
      'what the plan of a cluster reads',
      ['lke:read_only', 'volumes:read_only'],
      { preview: true, record: RECORD },
      'linode-token lacks the scope lke:read_write; it has lke:read_only, volumes:read_only',
    ],
  ])('lacks %s', async (_, held, look, cause) => {
    const ports = world();
    ports.linode.held = held;
    const failure = await failureOf(preflight(shipped(), { ...deploy, ...look }, ports));
    expect(failure).toMatchObject({ code: 'linode-token-scopes', cause });
  });

  test('may only read in a first preview', async () => {
    const ports = world();
    ports.linode.held = ['lke:read_only', 'volumes:read_only'];
    await preflight(shipped(), preview, ports);
  });

  test('needs nothing that the configuration, with the modules beside it, does not have', async () => {
    const files = fakeFiles({
      'terraform/main.tf':
        'module "data" {\n  source = "../data"\n}\n# resource "linode_lke_cluster" "none" {}\n',
      'data/main.tf': 'module "up" {\n  source = "../terraform"\n}\nresource "linode_volume" "data" {\n}\n',
      'terraform/other/main.tf': 'resource "linode_firewall" "of_another_set" {\n}\n',
    });
    const ports = { ...world(), files };
    ports.linode.held = ['events:read_only'];
    const failure = await failureOf(preflight(anInfra(), deploy, ports));
    expect(failure.cause).toBe('linode-token lacks the scope volumes:read_write; it has events:read_only');
    ports.linode.held = ['volumes:read_write'];
    await preflight(anInfra(), deploy, ports);
  });

  test('whose scopes Linode does not tell is not judged, and that is said', async () => {
    const ports = world();
    ports.linode.held = undefined;
    await preflight(shipped(), deploy, ports);
    expect(ports.log.lines).toEqual([expect.stringContaining('not checked')]);
  });
});

describe('the state store', () => {
  test('that does not lock is refused', async () => {
    const ports = world();
    ports.store.trial = { ...ports.store.trial, again: { status: 200, code: '' } };
    expect(await failureOf(preflight(shipped(), deploy, ports))).toMatchObject({
      code: 'state-store-no-lock',
    });
  });

  test('is not written to in a preview, nor where there is none', async () => {
    const ports = world();
    await preflight(shipped(), preview, ports);
    expect(ports.store.trials).toBe(0);
    await preflight(anInfra({ localState: true }), deploy, { ...ports, store: undefined });
  });
});

describe('what the shipped set is to make', () => {
  test.each([deploy, preview])('is checked before Terraform is there: %j', async (look) => {
    const ports = world();
    ports.linode.versions = ['1.37', '1.36'];
    const variables = { region: 'us-lab', node_type: 'g6-standard-3' };
    expect(await failureOf(preflight(shipped(variables), look, ports))).toMatchObject({
      code: 'infra-not-offered',
      cause:
        'Linode does not offer what is to be made: the variable k8s_version wants Kubernetes 1.35; the variable node_type wants the plan g6-standard-3; the variable region wants the region us-lab, which has no Kubernetes and Block Storage',
    });
  });

  test('is left to the plan where it was made before', async () => {
    const ports = world();
    ports.linode.versions = [];
    await preflight(shipped(), { ...deploy, record: RECORD }, ports);
    ports.store.state = true;
    await preflight(shipped(), deploy, ports);
    expect(ports.linode.lists).toEqual([]);
  });

  test('is left to the plan where it is a set of another', async () => {
    const ports = world();
    ports.linode.versions = [];
    await preflight(anInfra(), deploy, ports);
    expect(ports.linode.lists).toEqual([]);
  });
});

test('all that is wrong is told at once, with the code of the first', async () => {
  const ports = world();
  ports.linode.held = [];
  ports.linode.versions = ['1.36'];
  ports.store.trial = { taken: { status: 403, code: 'AccessDenied' } };
  const failure = await failureOf(preflight(shipped(), deploy, ports));
  expect(failure.code).toBe('linode-token-scopes');
  expect(failure.cause).toMatch(
    /^linode-token lacks .*; and the state store answered 403 .*; and Linode does not/,
  );
  expect(failure.advice).toMatch(
    /^Make a token with .* Give state-access-key .* It offers: Kubernetes: 1\.36\.$/,
  );
});

test.each([aFailure('cancelled'), new TypeError('a fault of ours')])(
  '%s is not taken for a fault of the set-up',
  async (error) => {
    const ports = world();
    ports.linode.held = [];
    ports.store.tryLock = () => Promise.reject(error);
    await expect(preflight(shipped(), deploy, ports)).rejects.toBe(error);
  },
);
