import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { caCertificate } from '../../sandbox/certificates.ts';
import { run } from '../../sandbox/command.ts';
import { hosts } from '../../sandbox/hosts.ts';
import { importImage } from '../../sandbox/parts/containerd.ts';
import { certificateFile, keyFile } from '../../sandbox/paths.ts';
import { imageArchives, programs } from '../../sandbox/toolchain/toolchain.ts';
import { traefikImageName } from '../../sandbox/toolchain/traefik-image.ts';
import { ADDRESS } from './front-door.ts';

const { address } = hosts.kubernetes;
const DNS = '127.0.0.1:8053';
const DNS_MANAGEMENT = '127.0.0.1:8055';

/** Where the server of certificates answers, to pods too. */
export const ACME_SERVER = `https://${address}:14000/dir`;
/** Traefik's image that trusts that server, as the official one trusts Let's Encrypt. */
export const TRUSTING_TRAEFIK = 'docker.io/sandbox/traefik-trusting:1';

/** Pebble, the server by which Let's Encrypt tests clients, with the names that it looks up. */
export interface AcmeServer {
  /** Lets every name lead to the load balancer; before, none leads anywhere. */
  readonly leadNames: () => Promise<void>;
  /** Gives the authority that signs its certificates, as PEM. */
  readonly root: () => Promise<string>;
  /** Gives how often it was asked for a certificate. */
  readonly orders: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts the server, with its files below `folder`. */
export async function startAcmeServer(folder: string): Promise<AcmeServer> {
  const config = join(folder, 'pebble.json');
  const pebble = {
    listenAddress: `${address}:14000`,
    managementListenAddress: `${address}:15000`,
    certificate: certificateFile('kubernetes'),
    privateKey: keyFile('kubernetes'),
    httpPort: 80,
    tlsPort: 443,
    retryAfter: { authz: 1, order: 1 },
    profiles: { default: { description: 'As long as those of Let’s Encrypt', validityPeriod: 7_776_000 } },
  };
  await writeFile(config, JSON.stringify({ pebble }));
  const names = spawn(
    programs.challtestsrv,
    [
      '-dnsserver',
      DNS,
      '-management',
      DNS_MANAGEMENT,
      '-defaultIPv4',
      '',
      '-defaultIPv6',
      '',
      ...['doh', 'http01', 'https01', 'tlsalpn01'].flatMap((name) => [`-${name}`, '']),
    ],
    { stdio: 'ignore' },
  );
  const server = spawn(programs.pebble, ['-config', config, '-dnsserver', DNS], {
    // Without it, it waits some seconds before each look.
    env: { ...process.env, PEBBLE_VA_NOSLEEP: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  await untilSaid(() => said, 'Listening on');
  return {
    leadNames: async () => {
      const response = await fetch(`http://${DNS_MANAGEMENT}/set-default-ipv4`, {
        method: 'POST',
        body: JSON.stringify({ ip: ADDRESS }),
      });
      if (!response.ok) throw new Error(`the names do not lead anywhere: ${response.status}`);
    },
    root: () => get(`https://${address}:15000/roots/0`),
    orders: () => [...said.matchAll(/Added order /g)].length,
    stop: async () => {
      await Promise.all([server, names].map(end));
    },
  };
}

async function untilSaid(said: () => string, words: string): Promise<void> {
  for (let tries = 0; !said().includes(words); tries += 1) {
    if (tries > 200) throw new Error(`Pebble does not start:\n${said()}`);
    await sleep(50);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

async function get(url: string): Promise<string> {
  const asking = request(url, { ca: await readFile(caCertificate), agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [AsyncIterable<Buffer>];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Gives the cluster Traefik's image with the authority of the sandbox among those that it trusts. */
export async function provideTrustingTraefik(folder: string): Promise<void> {
  const context = join(folder, 'traefik');
  await mkdir(context);
  await copyFile(caCertificate, join(context, 'ca.crt'));
  await writeFile(
    join(context, 'Dockerfile'),
    `FROM ${traefikImageName}\nCOPY ca.crt /etc/ssl/certs/sandbox.pem\n`,
  );
  const archive = join(folder, 'traefik.tar');
  await run(['docker', 'load', '--quiet', '--input', imageArchives.traefik]);
  await run(['docker', 'build', '--quiet', '--tag', TRUSTING_TRAEFIK, context]);
  await run(['docker', 'save', '--output', archive, TRUSTING_TRAEFIK]);
  await run(['docker', 'rmi', TRUSTING_TRAEFIK, traefikImageName]);
  await importImage(archive);
}

export interface Shown {
  readonly serial: string;
  readonly names: string;
}

/** Gives the certificate that the load balancer shows for a host; undefined where it is not one by `root`, or for another name. */
export async function certificateOf(host: string, root: string): Promise<Shown | undefined> {
  const socket = connect({ host: ADDRESS, port: 443, servername: host, ca: root });
  try {
    await once(socket, 'secureConnect');
    const { serialNumber, subjectaltname = '' } = socket.getPeerCertificate();
    return { serial: serialNumber, names: subjectaltname };
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}
