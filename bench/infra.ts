import { benchInfraStep } from './infra-step.ts';
import { benchPlan } from './plan.ts';
import type { Row } from './rows.ts';

/** Measures the infra step, and gives the rows. */
export async function benchInfra(isQuick: boolean): Promise<readonly Row[]> {
  return [...(await benchInfraStep(isQuick)), ...(await benchPlan(isQuick))];
}
