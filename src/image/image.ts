import { DeployError } from '../errors';
import type { BuildRequest, Clock, ImageBuilder, Log, Registry } from '../ports';
import type { ImageSettings } from '../settings/settings';
import type { DeployEvent } from '../settings/event';
import { argumentWarning } from './build-arguments';
import { formatName, tagged, type ImageName } from './reference';
import type { ImageResult } from './result';
import { commitTag } from './tag';
import { imageTags } from './tags';

export interface ImagePorts {
  readonly builder: ImageBuilder;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Log;
  readonly did: (line: string) => void;
}

/** A push can be visible to readers some moments after it is done. */
const READ_BACK_TRIES = 5;
const READ_BACK_MS = 1_000;

/** Makes sure that the registry has the image of the event's commit; with `preview` it is only built. */
export async function runImage(
  settings: ImageSettings,
  event: DeployEvent,
  options: { readonly preview: boolean },
  ports: ImagePorts,
): Promise<ImageResult> {
  const { name } = settings;
  const tag = await commitTag(event.sha, settings);
  const warning = argumentWarning(settings.args);
  if (warning !== undefined && settings.build !== 'never') ports.log.warning(warning);
  if (options.preview) {
    await ports.builder.build(requestOf(settings, event, undefined));
    return { kind: 'checked', name };
  }
  const present = settings.build === 'always' ? undefined : await ports.registry.digest(tag);
  if (present !== undefined) {
    ports.log.info(`${tagged(name, tag)} is in the registry: it is not built again.`);
    return { kind: 'available', name, tag, digest: present, built: false };
  }
  if (settings.build === 'never')
    throw missing(name, tag, 'build is never, and the registry has no such image');
  await ports.builder.build(requestOf(settings, event, tagged(name, tag)));
  ports.did(`pushed ${tagged(name, tag)}`);
  const digest = await readBack(name, tag, ports);
  const others = (await imageTags(settings, event)).filter((other) => other !== tag);
  for (const other of others) {
    await ports.registry.addTag(tag, other);
    ports.did(`tagged ${formatName(name)} as ${other}`);
  }
  return { kind: 'available', name, tag, digest, built: true };
}

function requestOf(settings: ImageSettings, event: DeployEvent, push: string | undefined): BuildRequest {
  // By this label ghcr.io links the package to its repository. One that names the commit would give every commit
  // another digest, and so a rollout.
  const source = `${new URL(event.runUrl).origin}/${event.owner}/${event.repository}`;
  return { ...settings, labels: { 'org.opencontainers.image.source': source }, push };
}

async function readBack(name: ImageName, tag: string, { registry, clock }: ImagePorts): Promise<string> {
  for (let attempt = 1; attempt <= READ_BACK_TRIES; attempt += 1) {
    const digest = await registry.digest(tag);
    if (digest !== undefined) return digest;
    await clock.sleep(READ_BACK_MS);
  }
  throw missing(name, tag, 'it was pushed, but the registry does not show it');
}

function missing(name: ImageName, tag: string, why: string): DeployError {
  return new DeployError({
    code: 'image-digest-missing',
    cause: `there is no digest for ${tagged(name, tag)}: ${why}`,
    advice: 'Run the job again, or let the action build (build: auto).',
  });
}
