import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { KubernetesClient } from '../../src/adapters/kubernetes';
import { login } from '../../src/adapters/kubernetes-login';
import { readKubeconfig, type Kubeconfig } from '../../src/manifests/kubeconfig';
import { makePair } from '../support/certificates';
import { failureOf } from '../support/failure';
import { SecureServer } from '../support/https';
import { KUBECONFIG_TOKEN, kubeconfigText } from '../support/kubeconfig';

const TOKEN = 'plugin-token-0123456789abcdef';
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', namespaced: true };
const BOT = { type: DEPLOYMENT, namespace: 'ns', name: 'bot' };

let folder = '';
let server: SecureServer;
let asked: (string | undefined)[] = [];
const masked: string[] = [];
const mask = (secret: string): void => void masked.push(secret);
const never = new AbortController().signal;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wpp-login-'));
  server = await SecureServer.start((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(200).end('{"kind": "Deployment"}');
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});
beforeEach(() => {
  asked = [];
  masked.length = 0;
});

/** A kubeconfig whose user logs in by a Node program. */
function withProgram(script: string, env: Readonly<Record<string, string>> = {}): Kubeconfig {
  const file = join(folder, `${Math.random()}.mjs`);
  writeFileSync(file, script);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [file],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  };
  const text = kubeconfigText(
    [`token: ${KUBECONFIG_TOKEN}`, `exec: ${JSON.stringify(exec)}`],
    [
      'server: https://lke1.example.com:443',
      `server: https://${server.host}\n      certificate-authority-data: ${Buffer.from(server.certificate).toString('base64')}`,
    ],
  );
  const kubeconfig = readKubeconfig(text, { now: Date.now() + 2000, allowExec: true });
  if (typeof kubeconfig === 'string') throw new Error(kubeconfig);
  return kubeconfig;
}

const credential = (status: object): string =>
  JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status });
const printing = (status: object): string => `console.log(${JSON.stringify(credential(status))})`;

describe('a program of the kubeconfig’s gives', () => {
  test('a token, which every call carries and nobody sees', async () => {
    const client = new KubernetesClient(withProgram(printing({ token: TOKEN })), never, mask);
    expect(await client.get(BOT)).toMatchObject({ ok: true });
    expect(await client.get(BOT)).toMatchObject({ ok: true });
    expect(asked).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]);
    expect(masked).toContain(TOKEN);
  });

  test('a certificate with its key', async () => {
    const { certificate, key } = makePair('one', 9);
    const kubeconfig = withProgram(printing({ clientCertificateData: certificate, clientKeyData: key }));
    const { tls } = await login(kubeconfig, mask, never);
    expect([tls.cert, tls.key]).toEqual([certificate, key]);
    expect(masked).toContain(key);
  });

  test('what its variables say; it has none of the inputs', async () => {
    process.env['INPUT_LINODE-TOKEN'] = 'linode-hunter2';
    const script = `
      const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      const seen = [process.env.MINE, info.kind, process.env['INPUT_LINODE-TOKEN'] ?? 'no-input'].join('.');
      console.log(JSON.stringify({ status: { token: seen, expirationTimestamp: '2999-01-01T00:00:00Z' } }));`;
    try {
      const client = new KubernetesClient(withProgram(script, { MINE: 'mine' }), never);
      await client.get(BOT);
      expect(asked).toEqual(['Bearer mine.ExecCredential.no-input']);
    } finally {
      delete process.env['INPUT_LINODE-TOKEN'];
    }
  });
});

test('whom the user acts for is told to the server, with a program too', async () => {
  const kubeconfig = withProgram(printing({ token: TOKEN }));
  const acting = { ...kubeconfig, text: kubeconfig.text.replace('"user":{}', '"user":{"as":"deployer"}') };
  expect((await login(acting, mask, never)).headers).toEqual({
    'impersonate-user': 'deployer',
    authorization: `Bearer ${TOKEN}`,
  });
});

describe('a program that fails is told in words, never with what it printed', () => {
  test.each([
    [
      'an exit code',
      `console.log('${TOKEN}'); console.error('not logged in: ${TOKEN}'); process.exit(3)`,
      /"node(\.exe)?", which kube-config names to log in, ended with exit code 3$/,
    ],
    ['no JSON', `console.log('token: ${TOKEN}')`, /printed no ExecCredential with a status$/],
    [
      'no status',
      `console.log(JSON.stringify({ token: '${TOKEN}' }))`,
      /printed no ExecCredential with a status$/,
    ],
    ['nothing', '', /printed no ExecCredential with a status$/],
    ['no credentials', printing({ token: '' }), /gave neither a token nor a certificate$/],
    ['half a pair', printing({ clientKeyData: TOKEN }), /gave a certificate without its key/],
    ['a bad token', printing({ token: `${TOKEN} x` }), /gave a token with signs that no token has$/],
    [
      'an old token',
      printing({ token: TOKEN, expirationTimestamp: '2020-01-01T00:00:00Z' }),
      /gave credentials that expired on 2020-01-01T00:00:00.000Z$/,
    ],
  ])('%s', async (_, script, cause) => {
    const failure = await failureOf(new KubernetesClient(withProgram(script), never).get(BOT));
    expect(failure).toMatchObject({ code: 'cluster-unauthorized', cause: expect.stringMatching(cause) });
    expect(failure.advice).toMatch(/^Install and configure it in a step before this one/);
    expect(JSON.stringify(failure)).not.toContain(TOKEN);
    expect(asked).toEqual([]);
  });

  test('what it says of itself is shown', async () => {
    const failure = await failureOf(
      new KubernetesClient(withProgram('console.error("run aws configure"); process.exit(1)'), never).get(
        BOT,
      ),
    );
    expect(failure.evidence).toEqual(['run aws configure']);
  });

  test('a program that is not there', async () => {
    const gone = { ...withProgram(''), exec: { command: '/opt/no-such-login', args: [], env: {} } };
    const failure = await failureOf(new KubernetesClient(gone, never).get(BOT));
    expect(failure.cause).toBe(
      'the program "no-such-login", which kube-config names to log in, could not be started: the runner has no such program',
    );
  });

  test('a client that nobody uses ends nothing', async () => {
    new KubernetesClient(withProgram('process.exit(1)'), never);
    await new Promise((resolve) => setTimeout(resolve, 500));
  });

  test('a cancelled run ends the program', async () => {
    const cancel = new AbortController();
    const call = new KubernetesClient(withProgram('setTimeout(() => {}, 60_000)'), cancel.signal).get(BOT);
    setTimeout(() => cancel.abort(new Error('cancelled')), 200);
    await expect(call).rejects.toThrow('cancelled');
  });
});
