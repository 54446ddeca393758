import { commentMarker, type CommentRecord } from './comment-record';
import type { DeployResult } from './deploy-result';
import { DeployError } from './errors';
import type { Log, MergedPullRequest, PullRequests } from './ports';
import { commentWithResult, hasResult, nextComment } from './report/comment-life';
import type { Report } from './report/report';
import type { Settings } from './settings/settings';

export interface CommentPorts {
  readonly pullRequests: PullRequests;
  readonly log: Log;
}

/**
 * Writes what a preview found into the comment of its pull request, and what was deployed into that of the merged one which
 * showed it. Gives the comment's URL, where one was written.
 */
export async function writeComment(
  settings: Settings,
  result: DeployResult,
  report: Report,
  ports: CommentPorts,
): Promise<string | undefined> {
  const { command, event, environment, githubToken } = settings;
  if (!settings.comment || githubToken === '') return undefined;
  const { pullRequests } = ports;
  const marker = commentMarker(environment);
  if (command === 'preview' && event.pullRequest !== undefined) {
    const record = recordOf(settings, result);
    const edit = (before: string | undefined): string | undefined => nextComment(report, record, before);
    return pullRequests.editComment(event.pullRequest.number, marker, edit);
  }
  if (command !== 'deploy' || event.name !== 'push' || !hasResult(report)) return undefined;
  let url: string | undefined;
  for (const { number } of await merged(settings, ports)) {
    url = await pullRequests.editComment(number, marker, (before) => commentWithResult(report, before));
  }
  return url;
}

function recordOf({ event }: Settings, { infra }: DeployResult): CommentRecord {
  return {
    head: event.sha,
    run: Number(event.runId),
    attempt: Number(event.runAttempt),
    plan: infra.status === 'succeeded' ? infra.value.shown : undefined,
  };
}

/** A comment that cannot be brought up to date is no reason to keep the report back. */
async function merged({ event }: Settings, ports: CommentPorts): Promise<readonly MergedPullRequest[]> {
  try {
    return await ports.pullRequests.mergedWith(event.sha, event.branch);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    ports.log.warning(`No comment tells what was deployed: ${error.details.cause}.`);
    return [];
  }
}
