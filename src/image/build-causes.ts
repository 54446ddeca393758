import type { BuildRequest } from '../ports';
import type { BuildFiles } from './build-failure';
import type { BuildStep } from './build-log';
import { stages } from './dockerfile';

export interface BuildCause {
  readonly cause: string;
  readonly advice: string;
}

/** What registries and networks say when a base image cannot be had; the first that fits counts. */
const BASE_ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /toomanyrequests|rate limit|\b429\b/i,
    'The registry gives no more images for now: log in to it before this step (docker/login-action), or run the job again later.',
  ],
  [
    /denied|unauthorized|forbidden|authorization failed|\b40[13]\b/i,
    'The image is private or does not exist: correct its name in FROM, or log in to its registry before this step (docker/login-action).',
  ],
  [
    /short-name .* did not resolve|no unqualified-search registries/i,
    'Docker’s own registry has to be named for podman: write `docker.io/library/` before the name in FROM, or `docker.io/` where the name has a slash.',
  ],
  [/no match for platform/i, 'The image does not exist for that platform: change platforms or FROM.'],
  [/not found|manifest unknown|invalid reference format/i, 'Correct the name and tag in FROM.'],
];

/** Gives the cause where an image that the Dockerfile begins with cannot be had. */
export function baseFailure(said: string, failed: BuildStep | undefined): BuildCause | undefined {
  const [, loaded] = /load metadata for (\S+)/.exec(failed?.title ?? '') ?? [];
  const [, pulled] = /^(?:FROM|\[[^\]]*\] FROM) (\S+)/i.exec(failed?.title ?? '') ?? [];
  const [, named] = /failed to resolve source metadata for (\S+?):? /.exec(said) ?? [];
  const image = named ?? loaded ?? pulled;
  if (image === undefined) return undefined;
  const [, advice] = BASE_ADVICE.find(([words]) => words.test(said)) ?? [];
  return {
    cause: `the base image ${image} cannot be had: ${said}`,
    advice: advice ?? 'Its registry did not answer: run the job again when it does.',
  };
}

/** Gives the cause where COPY or ADD names what the context does not have. */
export function contextFailure(said: string, { exists, rules }: BuildFiles): BuildCause | undefined {
  const [, quoted, plain] = /"\/?([^"]+)":? not found|^COPY failed: .*?\bstat (\S+): /.exec(said) ?? [];
  const path = quoted ?? plain ?? podmansPath(said, exists);
  if (path === undefined) return undefined;
  if (exists(path) && rules.ignores(path))
    return {
      cause: `${path} is there, but .dockerignore leaves it out: ${said}`,
      advice: `Add the line !${path} to .dockerignore, or do not copy it.`,
    };
  return {
    cause: `${path} is not in the context: ${said}`,
    advice: `Paths of COPY are below the folder that the input context names; make ${path} in an earlier step of the job where it is built.`,
  };
}

/** Podman tells a path below the context, or one of the machine where .dockerignore left all of it out. */
function podmansPath(said: string, exists: BuildFiles['exists']): string | undefined {
  const [, below, absolute] =
    /copier: stat: "\/?([^"]+)": no such file|no items matching glob "([^"]+)" copied/.exec(said) ?? [];
  const parts = absolute?.split('/') ?? [];
  return (
    below ?? parts.map((_, index) => parts.slice(index).join('/')).find((path) => path !== '' && exists(path))
  );
}

/** Gives the cause where a build has no SSH key, or none that helps; `output` is what the failed step wrote. */
export function sshFailure(said: string, output: readonly string[]): BuildCause | undefined {
  const wrote = (words: RegExp): boolean => output.some((line) => words.test(line));
  if (/empty ssh agent socket/i.test(said))
    return {
      cause: `build-ssh names the machine's agent, and there is none: ${said}`,
      advice:
        'Start an agent before this step, as webfactory/ssh-agent does, or give a private key to build-ssh.',
    };
  if (/unset ssh forward key|no SSH key .* forwarded/i.test(said))
    return {
      cause: `a step wants SSH that it was not given: ${said}`,
      advice:
        'Give build-ssh, with the id that `RUN --mount=type=ssh` names; where it names none it is default.',
    };
  if (/passphrase protected/i.test(said))
    return {
      cause: said,
      advice: 'Give build-ssh a key without a passphrase, such as a deploy key made for this.',
    };
  if (wrote(/Permission denied \(publickey/))
    return {
      cause: said,
      advice:
        'The other side takes no SSH key of this step: give build-ssh one that may read there, and the step `RUN --mount=type=ssh`.',
    };
  if (wrote(/Host key verification failed/))
    return {
      cause: said,
      advice: 'Put the host’s key into ~/.ssh/known_hosts before, in the Dockerfile (ssh-keyscan prints it).',
    };
  return undefined;
}

/** Gives the cause where the Dockerfile itself cannot be used. */
export function dockerfileFailure(
  said: string,
  { target }: BuildRequest,
  dockerfile: string,
): BuildCause | undefined {
  if (
    /target stage .* could not be found|failed to reach build target|The target .* was not found/.test(said)
  ) {
    const known = stages(dockerfile);
    const names = known.length === 0 ? 'it names no stage' : `its stages are ${known.join(', ')}`;
    return { cause: `there is no stage ${target}: ${said}`, advice: `Correct the input target: ${names}.` };
  }
  if (
    /parse error|unknown instruction|dockerfile cannot be empty|file with no instructions|no contents in /i.test(
      said,
    )
  )
    return { cause: said, advice: 'Correct the Dockerfile at that line.' };
  return undefined;
}
