import { createServer } from 'node:http';
import process from 'node:process';

createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Dashboard</title>\n');
}).listen(8080);

process.once('SIGTERM', () => process.exit(0));
