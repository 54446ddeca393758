import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { serve, type ServeOptions } from './serve.ts';
import type { Simulator } from './simulator.ts';

/**
 * Reads `--listen HOST:PORT --data DIR [--cert FILE --key FILE]` and the simulator's own options, which are all
 * required; throws an error that names what is missing or unknown.
 */
export function parseServeArguments<Name extends string>(
  args: readonly string[],
  own: readonly Name[],
): { readonly serve: ServeOptions; readonly own: Readonly<Record<Name, string>> } {
  const names = ['listen', 'data', 'cert', 'key', ...own];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const values: Readonly<Record<string, string | undefined>> = parseArgs({ args: [...args], options }).values;
  const required = (name: string): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`--${name} is missing`);
    return value;
  };
  const listen = /^(?<host>.+):(?<port>\d+)$/.exec(required('listen'))?.groups;
  if (listen === undefined) throw new Error(`--listen must be HOST:PORT, not ${required('listen')}`);
  const tls = values['cert'] !== undefined || values['key'] !== undefined;
  return {
    serve: {
      host: listen['host'] ?? '',
      port: Number(listen['port']),
      data: required('data'),
      ...(tls && {
        tls: pem(required('cert'), required('key')),
      }),
    },
    own: Object.fromEntries(own.map((name) => [name, required(name)])) as Record<Name, string>,
  };
}

function pem(cert: string, key: string): { readonly cert: string; readonly key: string } {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** Serves until SIGTERM or SIGINT; the first line on standard output says where. */
export async function serveUntilSignal<State>(
  simulator: Simulator<State>,
  options: ServeOptions,
): Promise<void> {
  const running = await serve(simulator, options);
  console.log(`${simulator.name} listens on ${running.url}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void running.close());
}
