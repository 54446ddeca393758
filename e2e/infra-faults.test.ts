import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fault } from '../sandbox/http/faults.ts';
import { hosts } from '../sandbox/hosts.ts';
import { administratorKubeconfig } from '../sandbox/kubeconfig.ts';
import { kubectl, linodeClusters } from '../sandbox/live.ts';
import { readingToken } from '../sandbox/parts/simulators.ts';
import { resetAccounts } from '../sandbox/reset.ts';
import { readSecrets } from '../sandbox/secrets.ts';
import { printed, type BundleRun } from './support/bundle.ts';
import { callsTo, forgetCalls } from './support/calls.ts';
import {
  startSmallCluster,
  storeProxied,
  type Infrastructure,
  type InfraRun,
} from './support/small-cluster.ts';
import { publishEmptyImage, reportOf } from './support/manifests-only.ts';
import { proxied } from './support/proxied.ts';

const LINODE = `https://${hosts.linode.name}`;
const XML = (code: string): string => `<Error><Code>${code}</Code></Error>`;

let root: string;
const namespaces: string[] = [];

function anInfrastructure(label: string): Infrastructure {
  namespaces.push(label);
  return { label, folder: join(root, label) };
}

async function breakLinode(fault: Fault): Promise<void> {
  const response = await fetch(`${LINODE}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (response.status !== 201) throw new Error(await response.text());
}

/** Gives how a run failed, which it must tell in one line; nothing may have been made. */
async function failureIn(run: BundleRun): Promise<{ code: string; cause: string; advice: string }> {
  await run.ended;
  const { failures } = await reportOf(run);
  const [failure] = failures;
  if (failure === undefined || failures.length > 1) throw new Error(run.printed());
  const lines = run.printed().split('\n');
  expect(lines.filter((line) => line.startsWith('::error'))).toEqual([
    expect.stringContaining(`infra: ${failure.code}: ${failure.cause}. ${failure.advice}`),
  ]);
  expect(failure.advice).toMatch(/\.$/);
  return failure;
}

async function endsWell(run: BundleRun): Promise<string> {
  if ((await run.ended) !== 0) throw new Error(run.printed().replaceAll(/^::add-mask::.*\n/gm, ''));
  return run.printed();
}

beforeAll(async () => {
  await resetAccounts();
  await publishEmptyImage();
  root = await mkdtemp(join(tmpdir(), 'infra-faults-'));
});

afterEach(async () => {
  await fetch(`${LINODE}/_sandbox/faults`, { method: 'DELETE' });
});

afterAll(async () => {
  await kubectl('delete', 'namespaces', '--ignore-not-found', '--wait=false', ...namespaces);
  await rm(root, { recursive: true });
  await resetAccounts();
});

describe('a set-up that cannot work ends in seconds, before Terraform and the build', () => {
  const reading = (): string => readingToken(readSecrets().linodeToken);

  it.each<[string, () => InfraRun, string, RegExp, RegExp]>([
    [
      'a token that is none',
      () => ({ inputs: { 'linode-token': 'no-such-token-0123456789' } }),
      'linode-token-refused',
      /^linode-token is not accepted: .* 401 .*: Invalid Token$/,
      /make a new one/,
    ],
    [
      'a token that lacks scopes',
      () => ({ inputs: { 'linode-token': reading() } }),
      'linode-token-scopes',
      /^linode-token lacks the scopes events:read_only, lke:read_write, volumes:read_write; it has lke:read_only, volumes:read_only$/,
      /Make a token with events:read_only, lke:read_write, volumes:read_write/,
    ],
    [
      'a version that is not offered, and a region that is none',
      () => ({ inputs: { 'terraform-variables': 'k8s_version: "1.29"\nregion: moon' } }),
      'infra-not-offered',
      /the variable k8s_version wants Kubernetes 1\.29; the variable region wants the region moon$/,
      /Kubernetes: 1\.35, 1\.34, 1\.33\. Regions with .*us-east/,
    ],
  ])('%s', async (name, run, code, cause, advice) => {
    const started = await startSmallCluster(
      anInfrastructure(name.replaceAll(/[^a-z]+/g, '-').slice(0, 20)),
      run(),
    );
    const failure = await failureIn(started);
    expect(failure.code).toBe(code);
    expect(failure.cause).toMatch(cause);
    expect(failure.advice).toMatch(advice);
    expect(started.printed()).not.toMatch(/Initializing|Terraform \d/);
  });

  it.each<[string, { ignoresConditions?: boolean }, object | undefined, string, RegExp]>([
    [
      'a store that ignores conditions',
      { ignoresConditions: true },
      undefined,
      'state-store-no-lock',
      /^the state store takes an object a second time in spite of `If-None-Match: \*`/,
    ],
    [
      'a store that does not know conditions',
      {},
      { method: 'PUT', path: 'trial', status: 501, body: XML('NotImplemented'), nth: 1, times: 4 },
      'state-store-no-lock',
      /answers 501 \(NotImplemented\) to `If-None-Match: \*`/,
    ],
    [
      'a store that takes no writes',
      {},
      { method: 'PUT', path: '/', status: 403, body: XML('AccessDenied'), times: 100 },
      'state-store-read-only',
      /^the state store answered 403 \(AccessDenied\) to writing an object$/,
    ],
    [
      'a store that is away',
      {},
      { path: '/', cut: true, times: 100 },
      'state-store-failed',
      /^the state store .* did not answer/,
    ],
  ])('%s', async (name, options, fault, code, cause) => {
    await storeProxied(options, async (store) => {
      if (fault !== undefined) store.faults.add(fault as never);
      const infrastructure = anInfrastructure(name.replaceAll(/[^a-z]+/g, '-').slice(0, 30));
      const failure = await failureIn(await startSmallCluster(infrastructure, { store }));
      expect(failure.code).toBe(code);
      expect(failure.cause).toMatch(cause);
      const left = store.calls.filter(({ path }) => path.includes('.trial-'));
      expect(left.length === 0 || code === 'state-store-read-only' || left.at(-1)?.method === 'DELETE').toBe(
        true,
      );
    });
  });

  it('is told together with the faults of the manifests', async () => {
    const run = await startSmallCluster(anInfrastructure('both'), {
      inputs: { 'linode-token': reading() },
      manifest: 'kind: [',
    });
    await run.ended;
    const codes = (await reportOf(run)).failures.map(({ code }) => code);
    expect(codes).toEqual(['linode-token-scopes', 'manifest-invalid']);
  });

  it('and makes nothing', async () => {
    expect(await linodeClusters()).toEqual([]);
  });
});

describe('a plan that wants what Linode does not offer', () => {
  it('is refused in preview and deploy, with what it does offer', async () => {
    const infrastructure = anInfrastructure('not-offered');
    for (const command of ['preview', 'deploy']) {
      const cluster = { version: '1.29', region: 'moon' };
      const failure = await failureIn(
        await startSmallCluster(infrastructure, { cluster, inputs: { command } }),
      );
      expect(failure.code).toBe('infra-not-offered');
      expect(failure.cause).toMatch(/small wants Kubernetes 1\.29; .*small wants the region moon$/);
      expect(failure.advice).toMatch(/Kubernetes: 1\.35, 1\.34, 1\.33\./);
    }
    expect(await linodeClusters()).toEqual([]);
  });
});

describe('a Linode that is slow and busy', () => {
  const slow = (): Infrastructure => ({ label: 'slow', folder: join(root, 'slow') });

  it('is waited for, and each wait is told once: calls that are too many, and nodes that come late', async () => {
    namespaces.push('slow');
    await proxied(async (proxy) => {
      const text = (await administratorKubeconfig(proxy.url)).replace(/^/, '\n');
      const body = { kubeconfig: Buffer.from(text).toString('base64') };
      await breakLinode({ path: '/kubeconfig$', status: 200, body, times: 1000 });
      const busy = { status: 429, body: { errors: [{ reason: 'Too many requests' }] } };
      await breakLinode({
        path: '^/v4/lke/clusters$',
        method: 'GET',
        ...busy,
        times: 3,
        headers: { 'Retry-After': '1' },
      });
      const run = await startSmallCluster(slow(), { cluster: {} });
      await printed(run, 'Creation complete');
      proxy.faults.add({
        path: '/api/v1/nodes',
        status: 200,
        body: { kind: 'NodeList', items: [] },
        times: 2,
      });
      proxy.faults.add({ path: '/api/v1/nodes', nth: 3, cut: true });
      const log = await endsWell(run);
      expect(
        log.match(/Linode answered 429 \(Too many requests\) for the list of clusters: asking again/g),
      ).toHaveLength(1);
      expect(log.match(/Waiting for a node to be Ready: the cluster knows 0 nodes/g)).toHaveLength(1);
    });
  });

  it('does not keep Terraform hanging: a kubeconfig that is not there yet is waited for before', async () => {
    const [cluster] = await linodeClusters();
    const body = { errors: [{ reason: 'Cluster kubeconfig is not yet available. Please try again later.' }] };
    await breakLinode({ path: `/lke/clusters/${cluster?.id}/kubeconfig$`, status: 503, body });
    await forgetCalls('linode');
    const log = await endsWell(await startSmallCluster(slow(), { cluster: { tag: 'second' } }));
    expect(log.match(/answered 503 \(Cluster kubeconfig is not yet available.*asking again/g)).toHaveLength(
      1,
    );
    // What the provider asks first in each run; before it the kubeconfig was refused, once here and twice as of each new cluster, and given.
    const calls = await callsTo('linode');
    const before = calls.slice(0, calls.indexOf('GET /v4/linode/types'));
    expect(before.filter((call) => call.endsWith('/kubeconfig'))).toHaveLength(4);
    expect(await linodeClusters()).toHaveLength(1);
  });

  it('that is under maintenance is not waited for', async () => {
    await breakLinode({
      path: '^/v4/',
      status: 503,
      body: { errors: [{ reason: 'The Linode API is currently undergoing maintenance.' }] },
      headers: { 'X-Maintenance-Mode': 'true' },
      times: 1000,
    });
    const failure = await failureIn(await startSmallCluster(slow(), { cluster: { tag: 'third' } }));
    expect(failure).toMatchObject({ code: 'linode-unavailable' });
    expect(failure.cause).toMatch(/under maintenance/);
  });

  it('is not written to by a preview, nor is the store', async () => {
    await storeProxied({}, async (store) => {
      const run = await startSmallCluster(slow(), {
        cluster: { tag: 'third' },
        inputs: { command: 'preview' },
        store,
      });
      await endsWell(run);
      expect(store.calls.filter(({ method }) => method === 'PUT' || method === 'DELETE')).toEqual([]);
    });
  });
});
