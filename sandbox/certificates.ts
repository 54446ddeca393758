import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { type Host, hosts, namesOf } from './hosts.ts';
import { certificateFile, home, keyFile } from './paths.ts';

/** The certificate of the authority that signs every other one of the sandbox. */
export const caCertificate = certificateFile('ca');

interface Certificate {
  readonly name: string;
  /** Distinguished name in the form of openssl: `/O=system:masters/CN=admin`. */
  readonly subject: string;
  readonly usage: 'serverAuth' | 'clientAuth';
  readonly alternativeNames?: readonly string[];
}

/** Pods find the API server by the first address of the services. */
const fromPods: Readonly<Record<string, readonly string[]>> = {
  kubernetes: ['DNS:kubernetes.default.svc', 'IP:10.96.0.1'],
};

const servers: readonly Certificate[] = Object.entries<Host>(hosts).map(([part, host]) => ({
  name: part,
  subject: `/CN=${host.name}`,
  usage: 'serverAuth',
  alternativeNames: [
    ...[...namesOf(host), 'localhost'].map((name) => `DNS:${name}`),
    `IP:${host.address}`,
    ...(fromPods[part] ?? []),
  ],
}));

/** Clients of the API server; organisation is group, common name is user (kubernetes.io, "X509 client certificates"). */
const clients: readonly Certificate[] = [
  { name: 'admin', subject: '/O=system:masters/CN=sandbox', usage: 'clientAuth' },
  { name: 'kubelet', subject: '/O=system:nodes/CN=system:node:sandbox', usage: 'clientAuth' },
  { name: 'kube-scheduler', subject: '/CN=system:kube-scheduler', usage: 'clientAuth' },
  { name: 'kube-controller-manager', subject: '/CN=system:kube-controller-manager', usage: 'clientAuth' },
];

/** Makes the sandbox's certificate authority, all its certificates, and the key that signs service account tokens. */
export async function createCertificates(): Promise<void> {
  const folder = join(home, 'certificates');
  if (existsSync(folder)) return;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  await openssl(
    partial,
    'req',
    '-x509',
    ...newKey('ca'),
    '-out',
    'ca.crt',
    '-days',
    '365',
    '-subj',
    '/CN=Sandbox CA',
  );
  await Promise.all([...servers, ...clients].map((certificate) => sign(partial, certificate)));
  await openssl(
    partial,
    'genpkey',
    '-algorithm',
    'RSA',
    '-pkeyopt',
    'rsa_keygen_bits:2048',
    '-out',
    'service-account.key',
  );
  await rename(partial, folder);
}

async function sign(folder: string, { name, subject, usage, alternativeNames }: Certificate): Promise<void> {
  const extensions = [`extendedKeyUsage=${usage}`];
  if (alternativeNames) extensions.push(`subjectAltName=${alternativeNames.join(',')}`);
  const options = extensions.flatMap((extension) => ['-addext', extension]);
  const request = ['req', '-new', ...newKey(name), '-subj', subject, ...options, '-out', `${name}.csr`];
  await openssl(folder, ...request);
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-copy_extensions', 'copyall', '-days', '365'];
  await openssl(folder, 'x509', '-req', '-in', `${name}.csr`, ...authority, '-out', `${name}.crt`);
  await rm(join(folder, `${name}.csr`));
}

const newKey = (name: string): readonly string[] => [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout'],
  `${name}.key`,
];

const openssl = (folder: string, ...args: readonly string[]): Promise<string> =>
  run(['openssl', ...args], { cwd: folder });

/** The key that signs and checks the tokens of service accounts. */
export const serviceAccountKey = keyFile('service-account');
