import { parseServeArguments, serveUntilSignal } from '../http/command-line.ts';
import { github } from './github.ts';
import { readTokens } from './tokens.ts';

const { serve, own } = parseServeArguments(process.argv.slice(2), ['tokens']);
await serveUntilSignal(github(readTokens(own.tokens)), serve);
