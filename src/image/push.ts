import { DeployError } from '../errors';
import type { BuildRequest, Clock, ImageBuilder, Log, Registry } from '../ports';

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
export async function buildAndPush(request: BuildRequest, tag: string, ports: PushPorts): Promise<void> {
  const { builder, registry, clock, log } = ports;
  for (const wait of WAITS_MS) {
    try {
      return await builder.build(request);
    } catch (error) {
      if (!(error instanceof DeployError) || error.details.code !== 'image-push-failed') throw error;
      log.warning(`${error.details.cause}; it is pushed again in ${wait / 1000} s.`);
      await clock.sleep(wait);
      // This waits as long as a busy registry asks for, which docker does not tell.
      await registry.digest(tag).catch(() => undefined);
    }
  }
  await builder.build(request);
}
