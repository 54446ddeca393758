import { containerd } from './containerd.ts';
import { coredns } from './coredns.ts';
import { engine } from './engine.ts';
import { etcd } from './etcd.ts';
import { github, linode } from './simulators.ts';
import { kubeApiserver } from './kube-apiserver.ts';
import { kubeControllerManager } from './kube-controller-manager.ts';
import { kubeProxy } from './kube-proxy.ts';
import { kubeScheduler } from './kube-scheduler.ts';
import { kubelet } from './kubelet.ts';
import { objectStorage } from './object-storage.ts';
import { type Part, partStatus, startPart } from './part.ts';
import { registry } from './registry.ts';

const parts: readonly Part[] = [
  engine,
  registry,
  objectStorage,
  etcd,
  containerd,
  kubeApiserver,
  kubeControllerManager,
  kubeScheduler,
  kubelet,
  kubeProxy,
  coredns,
  linode,
  github,
];

/** Gives the part of a name, or an error that names them all. */
export function partNamed(name: string): Part {
  const part = parts.find((candidate) => candidate.name === name);
  if (!part)
    throw new Error(`no part is called ${name}; there are ${parts.map((each) => each.name).join(', ')}`);
  return part;
}

/** Starts every part, each as soon as those are healthy that it needs. */
export async function startParts(): Promise<void> {
  const started = new Map<string, Promise<void>>();
  const start = (part: Part): Promise<void> => {
    const known = started.get(part.name);
    if (known) return known;
    const starting = Promise.all(part.after.map((name) => start(partNamed(name)))).then(() =>
      startPart(part),
    );
    started.set(part.name, starting);
    return starting;
  };
  const results = await Promise.allSettled(parts.map(start));
  // A part that waited in vain fails with the very error of the one that it waited for: each is told once.
  const failures = new Set(
    results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : [])),
  );
  if (failures.size > 0) throw new Error([...failures].map(({ message }) => message).join('\n\n'));
}

/** Prints one line a part: name, whether it runs, whether it is healthy, address, since when. */
export async function printStatus(): Promise<boolean> {
  const statuses = await Promise.all(parts.map(async (part) => ({ part, ...(await partStatus(part)) })));
  for (const { part, running, complaint, since } of statuses) {
    const state = running ? 'running' : 'stopped';
    const health = complaint === undefined ? 'healthy' : running ? complaint : '-';
    const started = since ? `since ${since.toISOString().slice(0, 19)}Z` : '';
    console.log(
      [part.name.padEnd(24), state, health.padEnd(8), part.address.padEnd(48), started].join('  ').trimEnd(),
    );
  }
  return statuses.every(({ complaint }) => complaint === undefined);
}
