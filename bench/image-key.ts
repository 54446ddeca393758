import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { contextHash } from '../src/adapters/context-hash';
import { fileSystem } from '../src/adapters/files';
import { contentKey, readSources } from '../src/image/content';

/** What a program that makes the key of a context writes of itself. */
export interface Keyed {
  readonly seconds: number;
  /** The most that was resident, in MB (10^6 bytes). */
  readonly megabytes: number;
  readonly key: string;
}

const [context = '', out = ''] = process.argv.slice(2);
const recipe = {
  ...{ context, file: `${context}/Dockerfile`, target: undefined },
  ...{ platforms: [], args: {}, provenance: false, sbom: false },
};
const start = performance.now();
const sources = readSources(recipe, fileSystem);
const key = await contentKey(recipe, {}, sources, contextHash(new AbortController().signal));
const seconds = (performance.now() - start) / 1000;
const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
const result: Keyed = { seconds, megabytes: (Number(kibibytes) * 1024) / 1e6, key };
writeFileSync(out, JSON.stringify(result));
