import { DeployError } from '../errors';
import type { BuildRequest, Clock, ImageBuilder, Log, Registry } from '../ports';
import { isFullDisk, pushAdvice } from './push-refusal';

export interface PushPorts {
  readonly builder: ImageBuilder;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long each further try waits. */
const WAITS_MS = [2_000, 6_000, 15_000];

/**
 * Builds and pushes; a push that the registry or the network broke is tried again, for which the builder has every layer
 * already. Throws DeployError.
 */
export async function buildAndPush(request: BuildRequest, ports: PushPorts): Promise<void> {
  const { builder, clock, log, registry } = ports;
  for (const [tries, wait] of [...WAITS_MS, undefined].entries()) {
    try {
      return await builder.build({ ...request, fresh: request.fresh && tries === 0 });
    } catch (error) {
      if (!(error instanceof DeployError) || error.details.code !== 'image-push-failed') throw error;
      await askRegistry(error, request, registry);
      if (wait === undefined) throw error;
      log.warning(`${error.details.cause}; it is pushed again in ${wait / 1000} s.`);
      await clock.sleep(wait);
    }
  }
}

/** Waits as long as a busy registry asks for, and throws where its disk is full: of a failed push docker tells neither. */
async function askRegistry(
  broken: DeployError,
  { push = '' }: BuildRequest,
  registry: Registry,
): Promise<void> {
  const said = await registry.uploadRefusal().catch(() => undefined);
  if (said === undefined || !isFullDisk(said)) return;
  throw new DeployError(
    {
      code: 'image-push-denied',
      cause: `the registry refused the push of ${push}: its disk is full`,
      advice: pushAdvice(said),
      evidence: [...(broken.details.evidence ?? []), said],
    },
    { cause: broken },
  );
}
