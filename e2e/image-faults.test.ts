import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultProxy, ProxyFault } from '../sandbox/proxy/fault-proxy.ts';
import type { ErrorCode } from '../src/errors';
import { useImageNamespace } from './support/image-namespace.ts';
import { deployImage, imageAt, withRegistryProxy, type ImageRun } from './support/image-run.ts';
import { configWithoutBuildx } from './support/no-buildx.ts';

const REPOSITORY = 'org/image-faults';
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const refusal = (status: number, code: string, message: string): Partial<ProxyFault> => ({
  status,
  body: { errors: [{ code, message }] },
});

/** The call that ends a push of the image. */
const PUSH = { method: 'PUT', path: '/manifests/content-' };
/** The call that begins one. */
const UPLOAD = { method: 'POST', path: '/blobs/uploads/', times: 99 };

let withoutBuildx: string;

/** Deploys an image of new content by way of the proxy. */
function deploy(
  proxy: FaultProxy,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<ImageRun> {
  const files = { Dockerfile: 'FROM scratch\nCOPY a /a\n' };
  return deployImage(files, { image: imageAt(proxy, REPOSITORY), ...inputs }, env);
}

useImageNamespace();
beforeAll(async () => {
  withoutBuildx = await configWithoutBuildx();
});
afterAll(() => rm(withoutBuildx, { recursive: true }));

describe('a registry that is broken for a while', () => {
  it.each<[string, readonly ProxyFault[]]>([
    ['502 at the end of the push', [{ ...PUSH, status: 502 }]],
    ['429 that asks for a second', [{ ...PUSH, status: 429, headers: { 'retry-after': '1' } }]],
    ['a cut connection', [{ ...PUSH, cut: true }]],
    ['a push that was taken, but not answered', [{ ...PUSH, cut: true, done: true }]],
    ['a blob that it forgot', [{ ...PUSH, ...refusal(400, 'BLOB_UNKNOWN', 'blob unknown to registry') }]],
    ['502 in the middle of an upload', [{ method: 'PATCH', path: '/blobs/uploads/', status: 502 }]],
    [
      'a push that is seen late',
      [{ method: 'HEAD', path: '/manifests/content-', nth: 2, times: 2, status: 404 }],
    ],
    ['503 for a tag', [{ method: 'PUT', path: `/manifests/main`, status: 503 }]],
    [
      '500 when it is asked for the image',
      [{ method: 'HEAD', path: '/manifests/content-', times: 4, status: 500 }],
    ],
    ['slow', [{ path: '/v2/', times: 99, delayMs: 200 }]],
  ])('%s: the image is there in the end', async (_, faults) => {
    await withRegistryProxy(async (proxy) => {
      for (const fault of faults) proxy.faults.add(fault);
      const { code, report } = await deploy(proxy);
      expect([code, report.failures]).toEqual([0, []]);
      expect(report.outputs['digest']).toMatch(DIGEST);
      expect(report.outputs['image-built']).toBe('true');
      expect(proxy.calls.some(({ faulty }) => faulty)).toBe(true);
    });
  });
});

describe('a registry that refuses', () => {
  it.each<[string, ProxyFault, ErrorCode, string]>([
    [
      '403 since the package is another repository’s',
      { ...UPLOAD, ...refusal(403, 'DENIED', 'permission_denied: write_package') },
      'image-push-denied',
      'Manage Actions access',
    ],
    [
      '403 of the organization',
      { ...UPLOAD, ...refusal(403, 'DENIED', 'installation not allowed to Create organization package') },
      'image-push-denied',
      'an owner of the organization',
    ],
    [
      '403 of another owner',
      {
        ...UPLOAD,
        ...refusal(403, 'DENIED', 'permission_denied: The requested installation does not exist.'),
      },
      'image-push-denied',
      'pushes only below ghcr.io/',
    ],
    [
      '404 for the name',
      { ...UPLOAD, ...refusal(404, 'NAME_UNKNOWN', 'repository name not known to registry') },
      'image-push-denied',
      'check the owner in the input image',
    ],
  ])('%s: is asked once, and explained', async (_, fault, code, advice) => {
    await withRegistryProxy(async (proxy) => {
      proxy.faults.add(fault);
      const run = await deploy(proxy);
      expect(run.code).toBe(1);
      expect(run.report.failures).toEqual([
        expect.objectContaining({ code, advice: expect.stringContaining(advice) as unknown }),
      ]);
      expect(run.printed).not.toContain('is pushed again');
    });
  });
});

describe('docker without buildx', () => {
  it('pushes again too, and gives the digest', async () => {
    await withRegistryProxy(async (proxy) => {
      proxy.faults.add({ ...PUSH, status: 502 });
      const { code, report, printed } = await deploy(proxy, {}, { DOCKER_CONFIG: withoutBuildx });
      expect([code, report.failures]).toEqual([0, []]);
      expect(report.outputs['digest']).toMatch(DIGEST);
      expect(printed).toContain('is pushed again');
      expect(printed).toContain('log of docker build');
    });
  });

  it('explains a refusal too', async () => {
    await withRegistryProxy(async (proxy) => {
      proxy.faults.add({ ...UPLOAD, ...refusal(403, 'DENIED', 'permission_denied: write_package') });
      const { report } = await deploy(proxy, {}, { DOCKER_CONFIG: withoutBuildx });
      expect(report.failures).toMatchObject([{ code: 'image-push-denied' }]);
    });
  });

  it('refuses what it cannot do', async () => {
    await withRegistryProxy(async (proxy) => {
      const inputs = { 'build-secrets': 'a=hunter2-of-the-build', platforms: 'linux/amd64' };
      const { report } = await deploy(proxy, inputs, { DOCKER_CONFIG: withoutBuildx });
      expect(report.failures).toMatchObject([
        {
          code: 'image-engine-unfit',
          cause: expect.stringMatching(/^platforms, build-secrets cannot be done/) as unknown,
        },
      ]);
    });
  });
});

it('runs at the same time do not see each other’s login', async () => {
  await withRegistryProxy(async (proxy) => {
    const wrong = { 'registry-password': 'another-password' };
    const [good, bad] = await Promise.all([deploy(proxy), deploy(proxy, wrong)]);
    expect([good.code, good.report.failures]).toEqual([0, []]);
    expect(bad.report.failures).toMatchObject([
      {
        code: 'image-push-denied',
        advice: expect.stringContaining('does not know these credentials') as unknown,
      },
    ]);
  });
});
