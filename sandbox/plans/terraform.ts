/** Runs Terraform in the folder of a case, and gives what it printed. */
export type Terraform = (...args: readonly string[]) => Promise<string>;

/** What differs each time, and what no test needs of a fixture: without it they stay as they are. */
const LEFT_OUT = ['timestamp', 'provider_schemas'];

/** Gives a plan as `terraform show -json` printed it, but for the time. */
export function shown(json: string): object {
  const plan = JSON.parse(json) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(plan).filter(([name]) => !LEFT_OUT.includes(name)));
}
