import { explainBuild, type BrokenBuild, type BuildFiles } from '../../src/image/build-failure';
import { BuildLog } from '../../src/image/build-log';
import { ignoreRules } from '../../src/image/ignore';
import type { ErrorDetails } from '../../src/errors';
import { aRequest } from './image';

/** Gives the log of a build that printed this. */
export function logOf(text: string): BuildLog {
  const log = new BuildLog();
  for (const line of text.trim().split('\n')) log.add(line);
  return log;
}

/** Gives a context. */
export function someFiles(given: Partial<BuildFiles> = {}): BuildFiles {
  const place = (path: string): string => path;
  return {
    dockerfile: '',
    rules: ignoreRules(''),
    ignoreFile: undefined,
    place,
    exists: () => false,
    ...given,
  };
}

/** Explains a build that printed this and ended with 1. */
export function explained(text: string, given: Partial<BrokenBuild> = {}): ErrorDetails {
  const plain = { request: aRequest(), exitCode: 1, files: someFiles(), isPush: false };
  return explainBuild({ ...plain, log: logOf(text), ...given });
}
