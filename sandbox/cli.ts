import { spawn } from 'node:child_process';
import { createCertificates } from './certificates.ts';
import { environment, writeEnvironment } from './environment.ts';
import { say, elapsed } from './progress.ts';
import { resetAccounts } from './reset.ts';
import { createSecrets } from './secrets.ts';
import { closeWorld, enter, inside, openWorld, worldPid } from './world.ts';
import { startPart, stopPart } from './parts/part.ts';
import { partNamed, printStatus, startParts } from './parts/parts.ts';
import { programs, provideTools } from './toolchain/toolchain.ts';

const usage = `usage: script/sandbox COMMAND
  up              bring the sandbox up: installs and compiles what is missing, starts what does not run
  down            end everything in it, and delete its state
  status          one line a part; exit code 1 unless all are healthy
  reset           empty accounts, bucket and cluster, as if nothing had been deployed yet
  exec -- ARGS…   run a command inside, with its tools, engine and cluster
  start|stop PART one part alone`;

async function up(): Promise<void> {
  const since = Date.now();
  await provideTools();
  await createSecrets();
  await createCertificates();
  await writeEnvironment();
  await openWorld({ 'docker-buildx': programs.buildx });
  await alsoInside('up');
  say(`the sandbox is up after ${elapsed(since)}`);
}

/** Runs this command again inside the sandbox, where the parts are reached, and ends as that one ends. */
async function alsoInside(...args: readonly string[]): Promise<void> {
  await execute([process.execPath, import.meta.filename, ...args]);
}

/** Runs a command inside the sandbox on this terminal; the exit code of this process becomes the command's. */
async function execute(argv: readonly string[], directory = '/'): Promise<void> {
  const [program = '', ...args] = enter(argv, directory);
  const child = spawn(program, args, { stdio: 'inherit', env: environment() });
  // The terminal sends its signals to the whole group: the command decides what they mean.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
  if (code !== 0) process.exit(code);
}

async function main([command = 'help', ...args]: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('the sandbox makes namespaces and mounts: run it as root');
  const [name = ''] = args;
  switch (command) {
    case 'up':
      return inside ? startParts() : up();
    case 'down':
      return closeWorld();
    case 'status':
      if (!inside && worldPid() === undefined) throw new Error('the sandbox is down: run script/sandbox up');
      if (!inside) return alsoInside('status');
      process.exitCode = (await printStatus()) ? 0 : 1;
      return;
    case 'reset':
      return inside ? resetAccounts() : alsoInside('reset');
    case 'exec':
      return execute(name === '--' ? args.slice(1) : args, process.cwd());
    case 'start':
      return inside ? startPart(partNamed(name)) : alsoInside('start', name);
    case 'stop':
      return inside ? stopPart(partNamed(name)) : alsoInside('stop', name);
    default:
      throw new Error(usage);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
