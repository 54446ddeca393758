import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = '/sys/fs/cgroup';
const unified = existsSync(join(root, 'cgroup.controllers'));

/** The folders of the hierarchies: one with cgroup v2, one a controller with v1. */
function hierarchies(): readonly string[] {
  if (unified) return [root];
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, folder = '', type]) => type === 'cgroup' && folder.startsWith(`${root}/`))
    .map(([, folder = '']) => folder);
}

/** Makes a control group in every hierarchy. */
export async function createGroup(name: string): Promise<void> {
  // With v2 the controllers must be handed down by the parent.
  if (unified) await writeFile(join(root, 'cgroup.subtree_control'), '+cpu +cpuset +memory +pids');
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, name);
    await mkdir(folder, { recursive: true });
    await fillCpuset(hierarchy, folder);
  }
}

/** Gives an empty cpuset of v1 the CPUs and memory nodes of its hierarchy, without which it takes no process. */
async function fillCpuset(hierarchy: string, folder: string): Promise<void> {
  const inheritance = join(folder, 'cgroup.clone_children');
  const cpus = join(folder, 'cpuset.cpus');
  if (!existsSync(inheritance) || !existsSync(cpus) || readFileSync(cpus, 'utf8').trim() !== '') return;
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    await writeFile(join(folder, file), readFileSync(join(hierarchy, file)));
  }
  await writeFile(inheritance, '1');
}

/** The `cgroup.procs` files of a group: a process that is written to all of them has joined it. */
export function memberFiles(name: string): readonly string[] {
  return hierarchies()
    .map((hierarchy) => join(hierarchy, name, 'cgroup.procs'))
    .filter((file) => existsSync(file));
}

/** Says whether there is a group whose name begins like this. */
export function groupExists(prefix: string): boolean {
  return hierarchies().some((hierarchy) => readdirSync(hierarchy).some((name) => name.startsWith(prefix)));
}

/** Gives the processes of a group and of all groups below it. */
export function processesOf(name: string): readonly number[] {
  const found = new Set<number>();
  const visit = (folder: string): void => {
    try {
      for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n'))
        if (pid) found.add(+pid);
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.isDirectory()) visit(join(folder, entry.name));
      }
    } catch {
      return; // a group can go while it is read
    }
  };
  for (const hierarchy of hierarchies()) visit(join(hierarchy, name));
  return [...found].filter((pid) => pid > 0);
}

/** Ends every process of a group: asks first when `patience` (milliseconds) is given, then kills until none is left. */
export async function endGroup(name: string, patience = 0): Promise<void> {
  if (patience > 0) signalAll(name, 'SIGTERM');
  for (const until = Date.now() + patience; Date.now() < until && processesOf(name).length > 0;)
    await sleep(50);
  for (const until = Date.now() + 20_000; processesOf(name).length > 0; await sleep(50)) {
    if (Date.now() > until) throw new Error(`processes ${processesOf(name).join(', ')} survive SIGKILL`);
    signalAll(name, 'SIGKILL');
  }
}

function signalAll(name: string, signal: NodeJS.Signals): void {
  for (const pid of processesOf(name)) {
    try {
      process.kill(pid, signal);
    } catch {
      continue; // it has ended by itself meanwhile
    }
  }
}

/** Removes an empty group with all groups below it. */
export async function removeGroup(name: string): Promise<void> {
  for (const hierarchy of hierarchies()) await removeTree(join(hierarchy, name));
}

async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  }
  // The kernel needs a moment after the last process has gone.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rmdir(folder);
    } catch (cause) {
      if (attempt === 40) throw new Error(`control group ${folder} cannot be removed`, { cause });
      await sleep(50);
    }
  }
}
