import { CACHE_CHOICES, type Recipe, type SshAccess } from '../image/recipe';
import { formatName, isTag, parseReference, type ImageName } from '../image/reference';
import { isReserved } from '../image/tag';
import type { Files } from '../ports';
import type { DeployEvent } from './event';
import { MODES, type InputReader } from './inputs';
import { hasManifests } from './manifests-settings';
import type { Command, ImageSettings, Mode, Skipped, Surroundings } from './settings';

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/;

/** Reads the name of the image, which every command needs. */
export function readImageName(inputs: InputReader, event: DeployEvent): ImageName {
  const given = inputs.text('image');
  const text = (given ?? `ghcr.io/${event.owner}/${event.repository}`).toLowerCase();
  const reference = parseReference(text);
  if (given === undefined && reference === undefined)
    inputs.fault('image', `is missing: ${text}, after the repository, is no name that an image can have`);
  else if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) {
    inputs.fault(
      'image',
      `is ${JSON.stringify(text)}, but must be registry/repository without tag and digest`,
    );
  }
  return { registry: reference?.registry ?? '', repository: reference?.repository ?? '' };
}

/** Reads what the image step needs, or why it does not run. */
export function readImage(
  inputs: InputReader,
  name: ImageName,
  command: Command,
  event: DeployEvent,
  { files }: Surroundings,
): ImageSettings | Skipped {
  const build = inputs.choice('build', MODES, 'auto');
  const context = inputs.text('context') ?? '.';
  const file = inputs.text('file') ?? `${context}/Dockerfile`;
  if (command === 'restart' || command === 'rollback' || command === 'drift' || command === 'destroy')
    return { run: false, reason: `${command} builds nothing` };
  // An image that is there already is only looked up for the manifests that get it.
  if (build === 'never' && (command === 'preview' || !hasManifests(inputs)))
    return { run: false, reason: 'build is never' };
  if (build !== 'never' && files.kind(context) !== 'folder')
    inputs.fault('context', `is ${context}, which is no folder here`);
  if (build !== 'never' && files.kind(file) !== 'file')
    inputs.fault('file', noDockerfile(inputs.text('file'), file, files));
  const password = readPassword(inputs, name, event, command === 'deploy' ? build : 'never');
  const username = inputs.text('registry-username') ?? event.owner;
  const recipe = { context, file, ...readRecipe(inputs) };
  const secrets = readNamed(inputs, 'build-secrets', /^[\w.-]+$/, { secret: true });
  const ssh = readSsh(inputs);
  const cache = inputs.choice('cache', CACHE_CHOICES, 'auto');
  const tags = readTags(inputs);
  return { run: true, name, build, ...recipe, secrets, ssh, cache, tags, username, password };
}

/** The job's token goes to GitHub's own registry alone; another that is read only may need none. */
function readPassword(inputs: InputReader, name: ImageName, event: DeployEvent, build: Mode): string {
  const isGitHubs = isOfGitHub(name, event);
  const password = inputs.text('registry-password') ?? (isGitHubs ? inputs.text('github-token') : undefined);
  // A name that is no name was told already.
  if (password === undefined && build !== 'never' && name.registry !== '') {
    const otherwise = isGitHubs
      ? ', or github-token'
      : '; the job’s own token is for GitHub’s registry alone';
    inputs.fault('registry-password', `is missing: pushing ${formatName(name)} needs it${otherwise}`);
  }
  return password ?? '';
}

/** On a GitHub Enterprise Server the registry is a name below the server's own (docs.github.com, Enabling subdomain isolation). */
function isOfGitHub({ registry }: ImageName, { runUrl }: DeployEvent): boolean {
  return ['ghcr.io', `containers.${new URL(runUrl).host}`].includes(registry);
}

/** Who gave no name may not know the input: then what is missing is called by its own name. */
function noDockerfile(given: string | undefined, file: string, files: Files): string {
  const found = nearMatches(files);
  if (given !== undefined) return `is ${file}, which is no file here${found}`;
  return `is missing: there is no ${file} to build the image from; add it, name another by the input, or set build to never${found}`;
}

/** Gives the files that may be meant instead, as the end of a sentence. */
function nearMatches(files: Files): string {
  const names = ['*ockerfile*', '*ontainerfile*'];
  const found = ['', '*/', '*/*/']
    .flatMap((folders) => names.flatMap((name) => files.glob(`${folders}${name}`)))
    .filter((path) => !/(^|\/)node_modules\/|\.dockerignore$/.test(path));
  return found.length === 0 ? '' : `; there is ${found.slice(0, 5).join(', ')}`;
}

function readRecipe(inputs: InputReader): Omit<Recipe, 'context' | 'file'> {
  const platforms = inputs
    .lines('platforms')
    .flatMap((line) => line.split(','))
    .map((text) => text.trim());
  for (const platform of platforms.filter((text) => !PLATFORM.test(text)))
    inputs.fault('platforms', `has ${JSON.stringify(platform)}, but each must be such as linux/amd64`);
  return {
    target: inputs.text('target'),
    platforms: [...new Set(platforms)],
    args: readNamed(inputs, 'build-args', /^[A-Za-z_]\w*$/),
    provenance: inputs.flag('provenance', false),
    sbom: inputs.flag('sbom', false),
  };
}

function readNamed(
  inputs: InputReader,
  name: string,
  allowed: RegExp,
  options: { readonly secret?: boolean } = {},
): Readonly<Record<string, string>> {
  const pairs = inputs.pairs(name, options);
  for (const key of Object.keys(pairs).filter((each) => !allowed.test(each))) {
    // What stands before the = of a line in the midst of a secret is secret too.
    const which = options.secret === true ? 'a name' : `the name ${JSON.stringify(key)}`;
    inputs.fault(name, `has ${which} that does not match ${allowed.source}`);
  }
  return pairs;
}

/** A key is taken as it is; what is wrong with it the builder tells. A fault never repeats a line, since it may be of one. */
function readSsh(inputs: InputReader): SshAccess {
  const text = inputs.text('build-ssh');
  if (text?.startsWith('-----BEGIN ') === true)
    return { forwards: [], key: `${text.replaceAll('\r\n', '\n')}\n` };
  const forwards = inputs.lines('build-ssh');
  if (forwards.some((line) => !/^[\w.-]+(=.+)?$/.test(line)))
    inputs.fault('build-ssh', 'must be a private key, or lines such as default or name=path');
  return { forwards, key: undefined };
}

function readTags(inputs: InputReader): readonly string[] {
  const tags = inputs.lines('tags');
  for (const tag of tags.filter((text) => !isTag(text) || isReserved(text))) {
    const why = isTag(tag)
      ? 'the action itself uses'
      : 'is none: it has the image’s name, or characters or a length that no tag has';
    inputs.fault('tags', `has ${JSON.stringify(tag)}, which ${why}`);
  }
  return [...new Set(tags)];
}
