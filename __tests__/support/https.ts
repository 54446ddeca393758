import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** An https server at `localhost` with a throwaway certificate, which this process trusts until it is closed. */
export class SecureServer {
  /** The certificate as PEM, for those who do not trust what this process trusts. */
  readonly certificate: string;
  readonly #server: Server;
  readonly #trusted = getCACertificates('default');

  private constructor(key: Buffer, cert: Buffer, answer: Answer) {
    this.certificate = cert.toString();
    this.#server = createServer({ key, cert }, answer);
    setDefaultCACertificates([...this.#trusted, this.certificate]);
  }

  static async start(answer: Answer): Promise<SecureServer> {
    const folder = mkdtempSync(join(tmpdir(), 'wpp-https-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const how = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    execFileSync('openssl', ['req', '-x509', ...how, ...name, '-keyout', key, '-out', cert], {
      stdio: 'pipe',
    });
    const server = new SecureServer(readFileSync(key), readFileSync(cert), answer);
    rmSync(folder, { recursive: true });
    await new Promise<void>((resolve) => server.#server.listen(0, 'localhost', resolve));
    return server;
  }

  /** `localhost:port`, as an image name has it. */
  get host(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    setDefaultCACertificates([...this.#trusted]);
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;
