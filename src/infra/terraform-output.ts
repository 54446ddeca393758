/**
 * Lines of `terraform plan` that are printed while it runs. What it says of the plan itself is not: it shows values that a provider
 * copies out of sensitive ones, and only the plan's JSON, which comes after it, tells which these are.
 */
const PROGRESS =
  /^(?:\S.*: (?:Refreshing state|Reading|Still reading|Read complete|Opening|Closing)|Acquiring|Releasing|[│╷╵])/;

/** Says whether people may see a line that a command of Terraform printed. */
export function mayBeShown(command: string, line: string): boolean {
  return command !== 'plan' || PROGRESS.test(line);
}
