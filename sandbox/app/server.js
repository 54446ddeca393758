import console from 'node:console';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';
import { URL } from 'node:url';
import { version } from './version.js';

const greeting = process.env.GREETING ?? 'hello';
let ready = false;

const answers = {
  '/': () => [200, { greeting, version }],
  '/health/live': () => [200, { status: 'alive', version }],
  '/health/ready': () =>
    ready ? [200, { status: 'ready', version }] : [503, { status: 'starting', version }],
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const [status, body] = answers[pathname]?.() ?? [404, { error: 'not found' }];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});

/** Leaves the session where the next pod finds it. */
function keepSession() {
  mkdirSync('auth_info', { recursive: true });
  writeFileSync('auth_info/session.json', JSON.stringify({ startedAt: new Date().toISOString(), version }));
}

server.listen(3000, () => {
  keepSession();
  ready = true;
  console.log(`wpp-bot ${version} listens on port 3000`);
});

// Without a handler of its own, the first process of a container ignores SIGTERM until it is killed.
process.once('SIGTERM', () => {
  console.log('wpp-bot stops');
  server.close();
});
