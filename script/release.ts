import { makeRelease } from './release-make.ts';
import { faultsOfTag, publish } from './release-publish.ts';

const USAGE = 'script/release X.Y.Z, or in the workflow Release: script/release verify|publish vX.Y.Z';

async function main([first, second, ...others]: readonly string[]): Promise<readonly string[]> {
  if (first === undefined || others.length > 0) return [USAGE];
  if (second === undefined) return makeRelease(first);
  if (first === 'verify') return faultsOfTag(second);
  if (first !== 'publish') return [USAGE];
  await publish(second);
  return [];
}

const faults = await main(process.argv.slice(2)).catch((error: unknown) => [(error as Error).message]);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
