/**
 * Lines of `terraform plan` that are printed while it runs. What it says of the plan itself is not: it shows values that a provider
 * copies out of sensitive ones, and only the plan's JSON, which comes after it, tells which these are.
 */
const PROGRESS =
  /^(?:\S.*: (?:Refreshing state|Reading|Read complete|Opening|Closing)|Acquiring|Releasing|[│╷╵])/;

/** Told every ten seconds, whatever happens. */
const STILL = /^\S.*: Still \w+\.\.\. \[/;

/** Says whether people may see a line that a command of Terraform printed. */
export function mayBeShown(command: string, line: string): boolean {
  return !STILL.test(line) && (command !== 'plan' || PROGRESS.test(line));
}
