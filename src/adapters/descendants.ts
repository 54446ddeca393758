import { readdirSync, readFileSync } from 'node:fs';

/** Gives the ids of the processes that a process has started, and those that they have; none where the machine has no /proc. */
export function descendants(pid: number): readonly number[] {
  const children = Map.groupBy(processes(), ({ parent }) => parent);
  const below = (id: number): readonly number[] =>
    (children.get(id) ?? []).flatMap((child) => [child.id, ...below(child.id)]);
  return below(pid);
}

interface Process {
  readonly id: number;
  readonly parent: number;
}

function processes(): readonly Process[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readProcess(Number(name)) : []));
  } catch {
    return [];
  }
}

/** The parent stands after the state, which follows the name in brackets (proc_pid_stat(5)). */
function readProcess(id: number): readonly Process[] {
  try {
    const [, parent] = /\) \S (\d+)[^)]*$/.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
    return parent === undefined ? [] : [{ id, parent: Number(parent) }];
  } catch {
    return []; // It has ended.
  }
}
