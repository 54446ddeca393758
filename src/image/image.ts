import { DeployError, messageOf } from '../errors';
import type { BuildRequest, ContextHash, Files } from '../ports';
import type { ImageSettings } from '../settings/settings';
import type { DeployEvent } from '../settings/event';
import { argumentWarning } from './build-arguments';
import { contentKey, readSources, riskWarning } from './content';
import { buildAndPush, type PushPorts } from './push';
import { formatName, tagged, type ImageName } from './reference';
import type { ImageResult } from './result';
import { commitTag, contentTag } from './tag';
import { imageTags } from './tags';

export interface ImagePorts extends PushPorts {
  readonly files: Files;
  readonly hash: ContextHash;
  readonly did: (line: string) => void;
}

/** A push can be visible to readers some moments after it is done. */
const READ_BACK_TRIES = 5;
const READ_BACK_MS = 1_000;

/**
 * Makes sure that the registry has the image of the event's content, with every tag that it is to have. With `preview` nothing is
 * written: what the registry lacks is only built.
 */
export async function runImage(
  settings: ImageSettings,
  event: DeployEvent,
  options: { readonly preview: boolean },
  ports: ImagePorts,
): Promise<ImageResult> {
  const { name } = settings;
  const tag = await commitTag(event.sha, settings);
  if (settings.build === 'never') return takePresent(settings, tag, options, ports);
  const fresh = settings.build === 'always';
  const labels = labelsOf(event);
  const content = await contentOf(settings, labels, ports);
  const present = fresh ? undefined : await find(name, content, ports);
  if (present === undefined && options.preview) {
    await ports.builder.build({ ...settings, labels, fresh, push: undefined });
    return { kind: 'checked', name };
  }
  if (present === undefined) {
    const request: BuildRequest = { ...settings, labels, fresh, push: tagged(name, content) };
    await buildAndPush(request, ports);
    ports.did(`pushed ${tagged(name, content)}`);
  }
  const digest = present ?? (await readBack(name, content, ports));
  if (!options.preview) await addTags(name, content, digest, await imageTags(settings, event), ports);
  return { kind: 'available', name, tag, digest, built: present === undefined };
}

/** Who only takes an image may not write: just the tags that are asked for by name are added. */
async function takePresent(
  { name, tags }: ImageSettings,
  tag: string,
  { preview }: { readonly preview: boolean },
  ports: ImagePorts,
): Promise<ImageResult> {
  const digest = await ports.registry.digest(tag);
  if (digest === undefined) throw missing(name, tag, 'build is never, and the registry has no such image');
  ports.log.info(`${tagged(name, tag)} is in the registry.`);
  if (!preview) await addTags(name, tag, digest, tags, ports);
  return { kind: 'available', name, tag, digest, built: false };
}

/** By this label ghcr.io links the package to its repository. One that names the commit would give every commit another digest, and so a rollout. */
function labelsOf({ runUrl, owner, repository }: DeployEvent): Readonly<Record<string, string>> {
  return { 'org.opencontainers.image.source': `${new URL(runUrl).origin}/${owner}/${repository}` };
}

/** Gives the tag by which the image of this content is found, and warns of what should not be in it. */
async function contentOf(
  settings: ImageSettings,
  labels: Readonly<Record<string, string>>,
  { builder, files, hash, log }: ImagePorts,
): Promise<string> {
  try {
    const sources = readSources(settings, files);
    for (const warning of [argumentWarning(settings.args), riskWarning(sources, files)])
      if (warning !== undefined) log.warning(warning);
    const platforms = settings.platforms.length > 0 ? settings.platforms : [builder.architecture];
    return contentTag(await contentKey({ ...settings, platforms }, labels, sources, hash));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DeployError(
      {
        code: 'image-build-failed',
        cause: `the .dockerignore of ${settings.context} cannot be read: ${error.message}`,
        advice:
          'Mend the pattern; https://docs.docker.com/build/concepts/context/#dockerignore-files shows what can stand there.',
      },
      { cause: error },
    );
  }
}

/** A registry that cannot say whether it has the image is no reason to stop: then it is built. */
async function find(
  name: ImageName,
  content: string,
  { registry, log }: ImagePorts,
): Promise<string | undefined> {
  try {
    const digest = await registry.digest(content);
    if (digest !== undefined) log.info(`${tagged(name, content)} is in the registry: it is not built again.`);
    return digest;
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    log.info(`It is not known whether the image is there already, so it is built: ${messageOf(error)}`);
    return undefined;
  }
}

async function addTags(
  name: ImageName,
  content: string,
  digest: string,
  tags: readonly string[],
  { registry, did, log }: ImagePorts,
): Promise<void> {
  const present = await Promise.all(tags.map((tag) => registry.digest(tag)));
  for (const tag of tags.filter((_, index) => present[index] !== digest)) {
    const kept = await registry.addTag(content, tag);
    if (kept === undefined) did(`tagged ${formatName(name)} as ${tag}`);
    else log.warning(`${tagged(name, tag)} stays as it is, since the registry moves no tags: ${kept}`);
  }
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
