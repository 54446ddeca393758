import { DeployError } from '../errors';
import type { ObjectKey } from '../ports';

/** A workload as the input names it. */
export interface Choice {
  /** Undefined for any kind. */
  readonly kind: string | undefined;
  readonly name: string;
}

/** The words by which kubectl knows the kinds too. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['deployment', 'deployments', 'deploy'],
  StatefulSet: ['statefulset', 'statefulsets', 'sts'],
  DaemonSet: ['daemonset', 'daemonsets', 'ds'],
  Job: ['job', 'jobs'],
};

/** Reads `name` or `kind/name`; undefined where it is neither. */
export function parseChoice(line: string): Choice | undefined {
  const match = /^(?:([A-Za-z]+)\/)?([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)$/.exec(line);
  const [, word, name] = match ?? [];
  if (name === undefined) return undefined;
  if (word === undefined) return { kind: undefined, name };
  const kind = Object.keys(KINDS).find((each) => KINDS[each]?.includes(word.toLowerCase()));
  return kind === undefined ? undefined : { kind, name };
}

/** Gives the workloads that are chosen; all where there is no choice. */
export function chosen<T extends { readonly key: ObjectKey }>(
  choices: readonly Choice[],
  workloads: readonly T[],
): readonly T[] {
  if (choices.length === 0) return workloads;
  return workloads.filter(({ key }) => choices.some((choice) => names(choice, key)));
}

/** Throws DeployError where a choice names nothing that the manifests have. */
export function checkChoices(choices: readonly Choice[], keys: readonly ObjectKey[]): void {
  const unknown = choices.filter((choice) => !keys.some((key) => names(choice, key)));
  if (unknown.length === 0) return;
  const words = unknown.map(({ kind, name }) => (kind === undefined ? name : `${kind}/${name}`));
  const there = keys.map(({ type, name }) => `${type.kind}/${name}`);
  throw new DeployError({
    code: 'input-invalid',
    cause: `workloads names ${words.join(', ')}, which the manifests do not have`,
    advice:
      there.length === 0
        ? 'Leave it out: the manifests have no workload.'
        : `They have: ${there.join(', ')}.`,
  });
}

function names({ kind, name }: Choice, key: ObjectKey): boolean {
  return key.name === name && (kind === undefined || key.type.kind === kind);
}
