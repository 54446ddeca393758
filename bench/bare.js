// The floor: reads a folder of YAML, asks which kinds there are, and sends one server-side-apply PATCH for each object over
// 16 connections. It orders nothing, waits for nothing, prunes nothing, and repeats nothing.
// Arguments: kubeconfig, folder, namespace.
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import process from 'node:process';
import { URL } from 'node:url';
import { load, loadAll } from 'js-yaml';

const CONNECTIONS = 16;
const [kubeconfig, folder, namespace] = process.argv.slice(2);
const { clusters, users } = load(readFileSync(kubeconfig, 'utf8'));
const { server, 'certificate-authority-data': ca } = clusters[0].cluster;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca: Buffer.from(ca, 'base64') });

function call(method, path, headers, body = '') {
  return new Promise((resolve, reject) => {
    const all = { authorization: `Bearer ${users[0].user.token}`, accept: 'application/json', ...headers };
    const outgoing = request(new URL(path, server), { agent, method, headers: all }, (incoming) => {
      const chunks = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (incoming.statusCode < 300) resolve(JSON.parse(text));
        else reject(new Error(`${method} ${path} answered ${incoming.statusCode}: ${text}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const objects = readdirSync(folder).flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')));
const aggregated = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };
const discovered = await Promise.all(['/api', '/apis'].map((path) => call('GET', path, aggregated)));
const types = new Map();
for (const { metadata, versions } of discovered.flatMap(({ items }) => items)) {
  for (const { version, resources } of versions) {
    const group = metadata.name ? `${metadata.name}/${version}` : version;
    for (const { resource, responseKind, scope } of resources) {
      types.set(`${group} ${responseKind.kind}`, { resource, namespaced: scope === 'Namespaced' });
    }
  }
}

await Promise.all(
  objects.map((object) => {
    const { apiVersion, kind, metadata } = object;
    const { resource, namespaced } = types.get(`${apiVersion} ${kind}`);
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const place = namespaced ? `/namespaces/${metadata.namespace ?? namespace}` : '';
    const path = `${root}${place}/${resource}/${metadata.name}?fieldManager=bare&force=true`;
    return call('PATCH', path, { 'content-type': 'application/apply-patch+yaml' }, JSON.stringify(object));
  }),
);
agent.destroy();
