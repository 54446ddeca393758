import { DeployError } from '../errors';
import type { Files, Log, Terraform } from '../ports';
import type { InfraSettings } from '../settings/settings';
import { readBilled, type Billed } from './billed';
import { halfMade, unusedAllowances } from './guard';
import { declaredVariables, readPlan, type PlanSummary } from './plan';
import { sensitiveValues } from './plan-secrets';
import { goneInWords, planLines } from './plan-words';
import { configurationName, unknownInFiles } from './variable-files';

interface PlanningPorts {
  readonly files: Files;
  readonly terraform: Terraform;
  readonly log: Log;
  readonly mask: (secret: string) => void;
}

interface Options {
  readonly preview: boolean;
}

export interface Planned {
  readonly plan: PlanSummary;
  readonly billed: Billed;
  /** As Terraform gives it. */
  readonly json: unknown;
  /** The addresses in it that are kept instead, and so are no change. */
  readonly kept: readonly string[];
}

/** Plans, and tells the plan in the log. Throws DeployError. */
export async function makePlan(
  settings: InfraSettings,
  options: Options,
  ports: PlanningPorts,
): Promise<Planned> {
  const planned = await planKeeping(settings, options, ports);
  const { plan } = planned;
  for (const line of planLines(plan)) ports.log.info(line);
  for (const gone of goneInWords(plan)) ports.log.warning(gone);
  for (const address of unusedAllowances(plan, settings.allowDestroy)) {
    ports.log.warning(
      `allow-destroy names ${address}, which this plan does not destroy: take it out, or it allows a later one`,
    );
  }
  return planned;
}

/** Plans; what Terraform would replace only because a cancelled run did not see it come up is kept instead. */
async function planKeeping(
  settings: InfraSettings,
  options: Options,
  ports: PlanningPorts,
): Promise<Planned> {
  const planned = await plannedBy(settings, options, ports);
  const { plan } = planned;
  const kept = halfMade(plan, settings.allowDestroy);
  if (kept.length === 0) return planned;
  if (options.preview) {
    const changes = plan.changes.filter((change) => !kept.includes(change));
    return { ...planned, plan: { ...plan, changes }, kept: kept.map(({ address }) => address) };
  }
  for (const { address } of kept) {
    ports.log.info(`${address} was being made when a run was cancelled: it is kept.`);
    await ports.terraform.untaint(address);
  }
  return plannedBy(settings, options, ports);
}

async function plannedBy(
  settings: InfraSettings,
  options: Options,
  { terraform, mask, files, log }: PlanningPorts,
): Promise<Planned> {
  // A pull request must not hold the lock that a deployment waits for.
  const json = await terraform.plan({ lock: !options.preview });
  for (const secret of sensitiveValues(json)) mask(secret);
  const declared = declaredVariables(json);
  refuseUnknownVariables(settings, declared);
  for (const warning of unknownInFiles(settings, declared, files)) log.warning(warning);
  return {
    plan: readPlan(json, settings.allowDestroy),
    billed: readBilled(json, !settings.localState),
    json,
    kept: [],
  };
}

/** Terraform takes a variable that nobody declares without a word, and so a mistyped name. */
function refuseUnknownVariables(settings: InfraSettings, declared: readonly string[]): void {
  const unknown = Object.keys(settings.variables).filter((name) => !declared.includes(name));
  if (unknown.length === 0) return;
  throw new DeployError({
    code: 'infra-variable-unknown',
    cause: `terraform-variables names ${unknown.join(', ')}, which ${configurationName(settings)} does not declare`,
    advice: `It declares: ${declared.join(', ') || 'none'}.`,
  });
}
