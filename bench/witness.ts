import { performance } from 'node:perf_hooks';
import { numberAt } from '../src/json.ts';
import { watch } from '../sandbox/cluster-api.ts';
import { isComplete } from './cases.ts';

/** When the API first said something, in seconds of one clock; undefined while it has not. */
export interface Testimony {
  /** The change of the Deployment was taken. */
  changed?: number;
  /** What is wrong. */
  shown?: number;
  /** The rollout is complete. */
  complete?: number;
}

export interface Witness {
  readonly testimony: Testimony;
  readonly end: () => Promise<void>;
}

/** The seconds of the clock of testimonies. */
export const now = (): number => performance.now() / 1000;

/** Watches a namespace with one healthy Deployment of `generation`, apart from whatever is measured. */
export async function witness(
  namespace: string,
  generation: number,
  shows: (object: unknown) => boolean,
): Promise<Witness> {
  const testimony: Testimony = {};
  const stop = new AbortController();
  const follow = async (path: string, hear: (object: unknown) => void): Promise<() => Promise<void>> => {
    const objects = await watch(path, stop.signal);
    const heard = (async () => {
      for await (const object of objects) hear(object);
    })();
    return () => heard;
  };
  const hearDeployment = (object: unknown): void => {
    if (numberAt(object, 'metadata', 'generation') === generation) return;
    testimony.changed ??= now();
    if (isComplete(object, generation + 1)) testimony.complete ??= now();
  };
  const hearOther = (object: unknown): void => {
    if (shows(object)) testimony.shown ??= now();
  };
  const ends = await Promise.all([
    follow(`/apis/apps/v1/namespaces/${namespace}/deployments`, hearDeployment),
    follow(`/api/v1/namespaces/${namespace}/pods`, hearOther),
    follow(`/api/v1/namespaces/${namespace}/events`, hearOther),
  ]);
  return {
    testimony,
    async end() {
      stop.abort();
      await Promise.all(ends.map((ended) => ended()));
    },
  };
}
