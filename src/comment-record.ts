import { at, listAt, numberAt, textAt } from './json';
import type { PlanDigest } from './infra/plan-digest';
import type { KeyedDigest } from './keyed-digest';

/** Gives the hidden first line by which the comment of an environment is found again. */
export function commentMarker(environment: string): string {
  return `<!-- wpp-deploy-action environment=${environment} -->`;
}

/** The plan that a comment shows, as people cannot make it up: its digests, and a seal over them. */
export interface ShownPlan {
  /** Empty where the plan would change nothing. */
  readonly digests: readonly string[];
  readonly seal: string;
}

/** What a comment says, out of sight, of the run that wrote it. */
export interface CommentRecord {
  /** The commit that was previewed. */
  readonly head: string;
  readonly run: number;
  readonly attempt: number;
  /** Undefined where no plan was made. */
  readonly plan: ShownPlan | undefined;
}

/** Where a plan is shown: it counts nowhere else. */
export interface ShownAt {
  readonly environment: string;
  readonly pullRequest: number;
  readonly head: string;
}

const START = '<!-- wpp-deploy-action run ';
const END = ' -->';

/** Gives the record as a line of Markdown that nobody sees, of at most some ten kilobytes. */
export function formatRecord(record: CommentRecord): string {
  // Digests are hex, and so is the rest: nothing in it can end the comment.
  return `${START}${JSON.stringify(record)}${END}`;
}

/** Gives the record that a comment's second line holds, or undefined where it holds none. */
export function readRecord(body: string): CommentRecord | undefined {
  const line = body.split(/\r?\n/, 2)[1] ?? '';
  if (!line.startsWith(START) || !line.endsWith(END)) return undefined;
  try {
    const value: unknown = JSON.parse(line.slice(START.length, -END.length));
    const plan = at(value, 'plan');
    const digests = listAt(plan, 'digests').filter((digest) => typeof digest === 'string');
    return {
      head: textAt(value, 'head'),
      run: numberAt(value, 'run'),
      attempt: numberAt(value, 'attempt'),
      plan: plan === undefined ? undefined : { digests, seal: textAt(plan, 'seal') },
    };
  } catch {
    return undefined;
  }
}

/** Seals a plan for the place where it is shown. */
export async function showPlan(plan: PlanDigest, where: ShownAt, digest: KeyedDigest): Promise<ShownPlan> {
  const digests = [...plan.values()];
  return { digests, seal: await sealOf(digests, where, digest) };
}

/** Whether the seal of a plan is that of the place where it was found. */
export async function isShownAt(plan: ShownPlan, where: ShownAt, digest: KeyedDigest): Promise<boolean> {
  return plan.seal === (await sealOf(plan.digests, where, digest));
}

function sealOf(digests: readonly string[], where: ShownAt, digest: KeyedDigest): Promise<string> {
  const { environment, pullRequest, head } = where;
  return digest(JSON.stringify(['shown', environment, pullRequest, head, digests]));
}
