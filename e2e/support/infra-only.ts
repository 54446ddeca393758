import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Application } from '../../sandbox/application.ts';
import { pullRequestEvent, scheduleEvent, workflowDispatchEvent } from '../../sandbox/events/events.ts';
import { administratorKubeconfig } from '../../sandbox/kubeconfig.ts';
import { repository } from '../../sandbox/paths.ts';
import { startBundle, type StepEvent } from './bundle.ts';
import { publishEmptyImage, reportOf, type RunReport } from './manifests-only.ts';

/** A run that has ended. */
export interface EndedRun extends RunReport {
  readonly code: number;
  readonly log: string;
  readonly summary: string;
}

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'wpp-bot' } };
const CONFIG = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'wpp-bot' },
  data: { A: 'b' },
};
const CONTAINER = { name: 'job', image: 'ghcr.io/org/wpp-bot:latest' };
/** Has the image, but never starts a pod, since the image is empty. */
const JOB = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'never', namespace: 'wpp-bot' },
  spec: {
    suspend: true,
    schedule: '@yearly',
    jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [CONTAINER] } } } },
  },
};

/** Gives the files of an application that has volumes at Linode, by name and size, and a few objects in the cluster that start no pod. */
export async function volumesOnly(
  volumes: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, string>>> {
  const blocks = Object.entries(volumes).map(
    ([name, size]) =>
      `resource "linode_volume" "${name}" {\n  label  = "wpp-${name}"\n  region = "us-east"\n  size   = ${size}\n}\n`,
  );
  return {
    'terraform/versions.tf': await readFile(join(repository, 'terraform/versions.tf'), 'utf8'),
    'terraform/main.tf': `variable "linode_token" {\n  type      = string\n  default   = null\n  sensitive = true\n}\n${blocks.join('')}`,
    ...Object.fromEntries(
      [NAMESPACE, CONFIG, JOB].map((object) => [`manifests/${object.kind}.json`, JSON.stringify(object)]),
    ),
  };
}

/**
 * Runs the bundle on the commit that is checked out, with the cluster given and an image that is there already, so that
 * Terraform is all that takes time.
 */
export async function runInfraOnly(
  application: Application,
  event?: StepEvent,
  inputs: Readonly<Record<string, string>> = {},
): Promise<EndedRun> {
  await publishEmptyImage('org/wpp-bot', await application.head());
  const folder = await mkdtemp(join(application.directory, '.git', 'run-'));
  const given = {
    ...{ command: 'auto', build: 'never', 'pull-token': '' },
    'kube-config': await administratorKubeconfig(),
    ...inputs,
  };
  const run = await startBundle(application, folder, given, event);
  const code = await run.ended;
  const summary = await run.written('summary');
  try {
    return { ...(await reportOf(run)), code, log: run.printed(), summary };
  } catch (cause) {
    throw new Error(`the run wrote no report:\n${run.printed()}`, { cause });
  }
}

/** The event of a pull request whose head is the commit that is checked out. */
export async function pullRequest(application: Application, number: number): Promise<StepEvent> {
  const sha = await application.head();
  return { name: 'pull_request', payload: pullRequestEvent({ number, sha, before: '0'.repeat(40) }) };
}

/** The event of a run that a schedule starts. */
export function onSchedule(): StepEvent {
  return { name: 'schedule', payload: scheduleEvent() };
}

/** The event of a run by hand. */
export function byHand(): StepEvent {
  return { name: 'workflow_dispatch', payload: workflowDispatchEvent({ inputs: {} }) };
}
