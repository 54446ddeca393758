import { Buffer } from 'node:buffer';
import console from 'node:console';
import { createServer } from 'node:http';
import process from 'node:process';
import postgres from 'postgres';
import { version } from './version.js';

// Where the database is, and who asks it, the client reads from PGHOST, PGUSER and their like.
const sql = postgres();

const answers = {
  'GET /health/live': () => ({ status: 'alive', version }),
  'GET /health/ready': async () => {
    await sql`CREATE TABLE IF NOT EXISTS visits (id serial PRIMARY KEY, visitor text NOT NULL)`;
    return { status: 'ready', version };
  },
  'POST /visits': async (visitor) => {
    const [visit] = await sql`INSERT INTO visits (visitor) VALUES (${visitor}) RETURNING id, visitor`;
    return visit;
  },
  'GET /visits': () => sql`SELECT id, visitor FROM visits ORDER BY id`,
};

const server = createServer(async (request, response) => {
  const answer = answers[`${request.method} ${request.url}`];
  const say = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (answer === undefined) return say(404, { error: 'not found' });
  try {
    say(200, await answer(Buffer.concat(await request.toArray()).toString()));
  } catch (error) {
    say(503, { error: error.message, code: error.code });
  }
});

server.listen(3000, () => console.log(`wpp-bot ${version} listens on port 3000`));

// Without a handler of its own, the first process of a container ignores SIGTERM until it is killed.
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void sql.end();
});
