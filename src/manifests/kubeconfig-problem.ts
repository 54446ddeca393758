const LONGEST_NAME = 60;
const MOST_NAMES = 8;

/** Thrown inside the reading of a kubeconfig: what is wrong with it, as a predicate such as `has no users: …`. Holds nothing secret. */
export class KubeconfigProblem extends Error {
  override readonly name = 'KubeconfigProblem';
}

/** Gives a name out of a kubeconfig in quotes, cut where it is long. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name);
}

/** Gives names out of a kubeconfig as a list for people, cut where there are many. */
export function nameList(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `${names.slice(0, MOST_NAMES).map(quoted).join(', ') || 'none with a name'}${more}`;
}

/** Gives a time such as `2026-01-31 23:59 UTC`. */
export function dateText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime())
    ? 'an unknown time'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
