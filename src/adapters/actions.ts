import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as core from '@actions/core';
import { messageOf, type ErrorCode, type Failure, type Place } from '../errors';
import type { Report } from '../report/report';
import { renderKilled, renderRefusal, renderSummary } from '../report/summary';
import type { RunContext } from '../settings/event';
import type { RawInputs } from '../settings/inputs';
import type { Secrets } from './secrets';

const SCRATCH_STATE = 'scratch';

/** Gives every input of the step; the runner passes each as `INPUT_<NAME>`. */
export function readInputs(): RawInputs {
  const inputs = Object.entries(process.env).filter(([name]) => name.startsWith('INPUT_'));
  return Object.fromEntries(
    inputs.map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value ?? '']),
  );
}

/** Gives what the runner tells of the event. */
export function readContext(): RunContext {
  const env = (name: string): string => process.env[name] ?? '';
  const payloadPath = env('GITHUB_EVENT_PATH');
  return {
    eventName: env('GITHUB_EVENT_NAME'),
    payload: payloadPath === '' ? {} : (JSON.parse(readFileSync(payloadPath, 'utf8')) as unknown),
    sha: env('GITHUB_SHA'),
    ref: env('GITHUB_REF'),
    repository: env('GITHUB_REPOSITORY'),
    runId: env('GITHUB_RUN_ID'),
    runAttempt: env('GITHUB_RUN_ATTEMPT') || '1',
    actor: env('GITHUB_ACTOR'),
    serverUrl: env('GITHUB_SERVER_URL') || 'https://github.com',
  };
}

/** Gives the folder of the action: the bundle stands two levels below it. */
export function actionFolder(): string {
  return resolve(dirname(process.argv[1] ?? ''), '..', '..');
}

/** Remembers the scratch folder for the post step, before anything is written into it. */
export function rememberScratch(folder: string): void {
  core.saveState(SCRATCH_STATE, folder);
}

/** Gives the scratch folder of the main step, or undefined where it made none. */
export function rememberedScratch(): string | undefined {
  return core.getState(SCRATCH_STATE) || undefined;
}

/** Sets the outputs, and writes the report, which is redacted already, as JSON and as the job summary. */
export async function publish(report: Report, commentUrl: string): Promise<void> {
  const path = join(process.env['RUNNER_TEMP'] ?? tmpdir(), `wpp-deploy-report-${report.environment}.json`);
  writeFileSync(path, JSON.stringify(report, undefined, 2));
  const outputs = { ...report.outputs, 'comment-url': commentUrl, report: path };
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  await writeSummary(renderSummary(report));
}

/** Says in outputs and summary that the inputs were refused. */
export async function publishRefusal(problems: readonly string[]): Promise<void> {
  const code: ErrorCode = 'input-invalid';
  core.setOutput('failure-code', code);
  await writeSummary(renderRefusal(problems));
}

/** Says that the run was killed, and what people must know of what it left. */
export async function publishKilled(failure: Failure, secrets: Secrets): Promise<void> {
  await writeSummary(secrets.redact(renderKilled(failure)));
  const { step, code, cause, advice } = failure;
  fail([{ text: `${step}: ${code}: ${cause}. ${advice}` }], secrets);
}

async function writeSummary(text: string): Promise<void> {
  if (process.env['GITHUB_STEP_SUMMARY'] === undefined) return;
  try {
    await core.summary.addRaw(text, true).write();
  } catch (error) {
    core.warning(`the job summary could not be written: ${messageOf(error)}`);
  }
}

/** What a step ends red for; one with a place is shown at that line of the commit. */
export interface Complaint {
  readonly text: string;
  readonly place?: Place;
}

/** Ends the step red, with one annotation for each complaint. */
export function fail(complaints: readonly Complaint[], secrets: Secrets): void {
  process.exitCode = core.ExitCode.Failure;
  for (const { text, place } of complaints) {
    core.error(secrets.redact(text), place === undefined ? {} : { file: place.file, startLine: place.line });
  }
}
