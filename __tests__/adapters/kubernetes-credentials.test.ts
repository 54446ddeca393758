import type { RequestOptions } from 'node:https';
import { expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { credentialsOf } from '../../src/adapters/kubernetes-credentials';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function kubeconfig(cluster: string, user: string): string {
  return `apiVersion: v1
kind: Config
current-context: here
contexts:
  - {name: there, context: {cluster: other, user: other}}
  - {name: here, context: {cluster: lke, user: deployer}}
clusters:
  - {name: other, cluster: {server: "https://other.example.com", certificate-authority-data: ${base64('OTHER')}}}
  - {name: lke, cluster: {server: "https://lke.example.com", ${cluster}}}
users:
  - {name: other, user: {token: other}}
  - {name: deployer, user: {${user}}}
`;
}

/** What the official client makes of the same kubeconfig. */
async function official(text: string): Promise<RequestOptions> {
  const config = new KubeConfig();
  config.loadFromString(text);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

const text = (value: RequestOptions['key']): string | undefined =>
  Buffer.isBuffer(value) ? value.toString() : typeof value === 'string' ? value : undefined;

test.each<[string, string, string]>([
  ['a token', '', 'token: abc'],
  ['a token and the CA', `certificate-authority-data: ${base64('CA')}`, 'token: abc'],
  [
    'a client certificate',
    `certificate-authority-data: ${base64('CA')}`,
    `client-certificate-data: ${base64('CERT')}, client-key-data: ${base64('KEY')}`,
  ],
  ['another server name', 'tls-server-name: kubernetes', 'token: abc'],
])('enters with %s as the official client does', async (_, cluster, user) => {
  const config = kubeconfig(cluster, user);
  const ours = credentialsOf({ text: config, server: 'https://lke.example.com', credentials: [] });
  const theirs = await official(config);
  const { ca, cert, key, servername } = theirs;
  expect({
    ca: text(ours.tls.ca),
    cert: text(ours.tls.cert),
    key: text(ours.tls.key),
    servername: ours.tls.servername,
    authorization: ours.headers['authorization'],
  }).toEqual({
    ca: text(ca),
    cert: text(cert),
    key: text(key),
    servername,
    authorization: (theirs.headers as Record<string, string> | undefined)?.['Authorization'],
  });
});
