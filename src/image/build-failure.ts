import type { ErrorDetails } from '../errors';
import type { BuildRequest } from '../ports';
import { pushAdvice } from './push-refusal';

const EVIDENCE_LINES = 20;

/** Tells a failed build from a refused push by what buildx wrote last, and says what to do. */
export function explainBuild(request: BuildRequest, exitCode: number, tail: readonly string[]): ErrorDetails {
  const error = tail
    .findLast((line) => /^ERROR:/i.test(line.trim()))
    ?.trim()
    .replace(/^ERROR:\s*(failed to solve:\s*)?/i, '');
  const text = tail.join('\n');
  const evidence = tail.slice(-EVIDENCE_LINES);
  const said = error ?? `docker ended with exit code ${exitCode}`;
  if (
    exitCode === 127 ||
    /is not a docker command|unknown flag: --|Cannot connect to the Docker daemon/.test(text)
  ) {
    return {
      code: 'image-engine-missing',
      cause: `docker with buildx and a running engine is needed to build ${request.file}: ${said}`,
      advice:
        'Run on a runner that has them (ubuntu-latest does), or add docker/setup-buildx-action before this step.',
      evidence,
    };
  }
  if (
    request.push !== undefined &&
    /denied|unauthorized|403 Forbidden|insufficient_scope|no basic auth/i.test(said)
  ) {
    return {
      code: 'image-push-denied',
      cause: `the registry refused the push of ${request.push}: ${said}`,
      advice: pushAdvice(said),
      evidence,
    };
  }
  if (
    request.push !== undefined &&
    /failed to push|failed to copy|unknown blob|failed commit on ref/i.test(said)
  ) {
    return {
      code: 'image-push-failed',
      cause: `the push of ${request.push} failed: ${said}`,
      advice: 'The image was built; run the job again when the registry answers.',
      evidence,
    };
  }
  return {
    code: 'image-build-failed',
    cause: `the build of ${request.file} failed: ${said}`,
    advice: 'Mend the Dockerfile or its context; `docker buildx build` shows the same on your machine.',
    evidence,
  };
}
