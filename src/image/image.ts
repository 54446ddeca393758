import { DeployError } from '../errors';
import type { Clock, ImageBuilder, Log, Registry } from '../ports';
import type { ImageSettings } from '../settings/settings';
import type { DeployEvent } from '../settings/event';
import { formatName, type ImageName } from './reference';
import type { ImageResult } from './result';
import { branchTag, commitTag } from './tag';

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
  const tag = await commitTag(event.sha, settings.context, settings.file);
  if (options.preview) {
    await ports.builder.build({ ...buildOf(settings, event), push: [] });
    return { kind: 'checked', name };
  }
  const present = settings.build === 'always' ? undefined : await ports.registry.digest(tag);
  if (present !== undefined) {
    ports.log.info(`${formatName(name)}:${tag} is in the registry: it is not built again.`);
    return { kind: 'available', name, tag, digest: present, built: false };
  }
  if (settings.build === 'never')
    throw missing(name, tag, 'build is never, and the registry has no such image');
  const branch = event.branch === undefined ? undefined : branchTag(event.branch);
  const tags = [tag, ...(branch === undefined ? [] : [branch])];
  await ports.builder.build({
    ...buildOf(settings, event),
    push: tags.map((each) => `${formatName(name)}:${each}`),
  });
  ports.did(`pushed ${formatName(name)} with the tags ${tags.join(', ')}`);
  return { kind: 'available', name, tag, digest: await readBack(name, tag, ports), built: true };
}

function buildOf(
  settings: ImageSettings,
  event: DeployEvent,
): { context: string; file: string; labels: Record<string, string> } {
  // By this label ghcr.io links the package to its repository. One that names the commit would give every commit
  // another digest, and so a rollout.
  const source = `${new URL(event.runUrl).origin}/${event.owner}/${event.repository}`;
  const labels = { 'org.opencontainers.image.source': source };
  return { context: settings.context, file: settings.file, labels };
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
    cause: `there is no digest for ${formatName(name)}:${tag}: ${why}`,
    advice: 'Run the job again, or let the action build (build: auto).',
  });
}
