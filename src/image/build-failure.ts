import type { ErrorDetails, Place } from '../errors';
import type { BuildRequest } from '../ports';
import { baseFailure, contextFailure, dockerfileFailure, sshFailure } from './build-causes';
import type { BuildLog } from './build-log';
import type { Sources } from './content';
import { lineOf } from './dockerfile';
import { isFullDisk, pushAdvice, withoutNames } from './push-refusal';

const EVIDENCE_LINES = 20;

/** What the context has, for those failures that lie in it. */
export interface BuildFiles extends Sources {
  readonly exists: (path: string) => boolean;
}

/** A build that ended badly. */
export interface BrokenBuild {
  readonly request: BuildRequest;
  readonly exitCode: number;
  readonly log: BuildLog;
  readonly files: BuildFiles;
  /** Whether it was docker's own push, after a build by the older builder. */
  readonly isPush: boolean;
}

const ENGINE =
  /is not a docker command|unknown command: docker|unknown flag: --|Cannot connect to the Docker daemon|trying to connect to the Docker daemon|failed to connect to the docker API/i;
/** The registry will say the same again. */
const FINAL =
  /denied|unauthorized|forbidden|unauthenticated|authentication required|no basic auth|insufficient_scope|name (unknown|invalid)|manifest invalid|invalid reference|immutable|quota|\b40[0135]\b|\b413\b/i;
/** How docker and BuildKit begin the answer of a registry. */
const ANSWERED = /unexpected (HTTP )?status/i;
const PREFIXES =
  /^ERROR:\s*|^(failed to build|failed to solve|rpc error: code = \w+ desc = failed to solve with frontend \S+|rpc error: code = \w+ desc = (?=\w)|failed to create LLB definition):\s*/i;

/** Tells why a build or its push ended, by what docker wrote, and says what to do; with the line of the Dockerfile where it is one. */
export function explainBuild(broken: BrokenBuild): ErrorDetails {
  const { request, exitCode, log } = broken;
  const said = lastWords(log.lines) ?? `the builder ended with exit code ${exitCode}`;
  const evidence = evidenceOf(log);
  if (exitCode === 127 || ENGINE.test(said)) {
    return {
      code: 'image-engine-missing',
      cause: `docker with a running engine, podman or buildah is needed to build ${request.file}: ${said}`,
      advice: 'Run on a runner that has docker (ubuntu-latest does), or start its engine before this step.',
      evidence,
    };
  }
  if (/requires BuildKit/i.test(said)) {
    return {
      code: 'image-engine-unfit',
      cause: `${request.file} cannot be built by docker without buildx: ${said}`,
      advice: 'Run on a runner that has docker with buildx, or leave that out of the Dockerfile.',
      evidence,
    };
  }
  if (isBooting(broken)) {
    return {
      code: 'image-engine-missing',
      cause: `the builder that is to build ${request.file} does not start: ${said}`,
      advice:
        'Let `docker buildx inspect --bootstrap` show the same before this step, and mend what made the builder; docker/setup-buildx-action makes one.',
      evidence,
    };
  }
  // The words of a registry that is full are of its own disk.
  if (isPushing(broken) && ANSWERED.test(said) && isFullDisk(said))
    return { ...pushFailure(request, said), evidence };
  if (
    /no space left on device/i.test(said) ||
    log.lines.slice(-EVIDENCE_LINES).some((line) => /no space left on device/i.test(line))
  ) {
    return {
      code: 'image-build-failed',
      cause: `the disk of the builder is full: ${said}`,
      advice:
        'Free space before this step, as with `docker system prune --all --force`, or take a larger runner.',
      evidence,
    };
  }
  if (isPushing(broken)) return { ...pushFailure(request, said), evidence };
  const place = placeOf(broken, said);
  const { cause, advice } = baseFailure(said, log.failed) ??
    contextFailure(said, broken.files) ??
    dockerfileFailure(said, request, broken.files.dockerfile) ??
    sshFailure(said, log.failed?.output ?? []) ?? {
      cause: said,
      advice: stepAdvice(said, log.failed?.output),
    };
  return {
    code: 'image-build-failed',
    cause: `the build of ${request.file} failed: ${cause}`,
    advice,
    evidence,
    ...(place === undefined ? {} : { place }),
  };
}

function lastWords(lines: readonly string[]): string | undefined {
  const last =
    // How it is called follows a flag that it does not know.
    lines.findLast((line) => /^(ERROR:|unknown flag:)/i.test(line.trim())) ??
    lines.findLast((line) => line.trim() !== '');
  let words = last?.trim();
  while (words !== undefined && PREFIXES.test(words)) words = words.replace(PREFIXES, '');
  // Podman shows its parser's memory.
  return words?.replace(/ &imagebuilder\.Step\{.*$/, '');
}

/** Whether the driver could not start its builder: a container or pod that does not run. */
function isBooting({ log }: BrokenBuild): boolean {
  return /^\[internal\] booting buildkit/.test(log.failed?.title ?? '');
}

function isPushing({ request, log, isPush }: BrokenBuild): boolean {
  return isPush || (request.push !== undefined && /^(exporting to|pushing) /.test(log.failed?.title ?? ''));
}

function pushFailure({ push = '', name }: BuildRequest, said: string): Omit<ErrorDetails, 'evidence'> {
  const words = withoutNames(said, name);
  if ((FINAL.test(words) || isFullDisk(words)) && !/\b429\b|toomanyrequests/i.test(words))
    return {
      code: 'image-push-denied',
      cause: `the registry refused the push of ${push}: ${said}`,
      advice: pushAdvice(words),
    };
  return {
    code: 'image-push-failed',
    cause: `the push of ${push} failed: ${said}`,
    advice: 'The image was built; run the job again when the registry answers.',
  };
}

function stepAdvice(said: string, output: readonly string[] = []): string {
  if (/exit code: 137\b|returned a non-zero code: 137\b|exit status 137\b/.test(said))
    return 'The program was killed, most often since the runner has too little memory: let it need less, or take a larger runner.';
  if (output.some((line) => /exec format error/i.test(line)))
    return 'The program is for another processor than the builder has: leave that one out of platforms, take a runner that has it, or run docker/setup-qemu-action before this step.';
  return 'Mend the Dockerfile or what it runs; `docker buildx build` shows the same on your machine.';
}

/** Gives the last lines of the step that failed, else of all. */
function evidenceOf({ failed, lines }: BuildLog): readonly string[] {
  if (failed === undefined || failed.output.length === 0) return lines.slice(-EVIDENCE_LINES);
  return [failed.title, ...failed.output.slice(-EVIDENCE_LINES)];
}

/** Newer engines show the Dockerfile's line; of older ones the step is looked for in it. */
function placeOf({ request, log, files }: BrokenBuild, said: string): Place | undefined {
  const shown = log.lines.flatMap((line, index) => {
    const [, number] = /^\S.*:(\d+)$/.exec(line) ?? [];
    return number !== undefined && /^-{20}$/.test(log.lines[index + 1] ?? '') ? [Number(number)] : [];
  });
  const [, parsed] = /dockerfile parse error (?:on )?line (\d+)/i.exec(said) ?? [];
  const title = log.failed?.title.replace(/^\[[^\]]*\]\s*/, '');
  const line =
    shown.at(-1) ??
    (parsed === undefined ? undefined : Number(parsed)) ??
    (title === undefined ? undefined : lineOf(files.dockerfile, title));
  return line === undefined ? undefined : { file: request.file.replace(/^\.\//, ''), line };
}
