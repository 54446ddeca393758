import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { isWellFormed } from '../__tests__/support/markdown';
import { anInfraResult, aPreview, succeeded } from '../__tests__/support/results';
import { aSettings } from '../__tests__/support/settings';
import { Secrets } from '../src/adapters/secrets';
import { readPlan } from '../src/infra/plan';
import { sensitiveValues } from '../src/infra/plan-secrets';
import { renderComment } from '../src/report/comment';
import { COMMENT_LIMIT } from '../src/report/markdown';
import { makeReport } from '../src/report/report';
import { renderSummary } from '../src/report/summary';

/** What a program that renders a plan writes of itself. */
export interface Rendered {
  /** Seconds that JSON.parse took. */
  readonly parse: number;
  /** Seconds from the plan as text to comment and summary, parsing among them. */
  readonly whole: number;
  /** The most that was resident, in MB (10^6 bytes). */
  readonly megabytes: number;
  readonly valid: boolean;
}

const [file = '', out = ''] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const start = performance.now();
const json: unknown = JSON.parse(text);
const parsed = performance.now();
const secrets = new Secrets();
for (const secret of sensitiveValues(json)) secrets.add(secret);
const infra = succeeded(anInfraResult({ changed: true, plan: readPlan(json) }));
const report = secrets.redact(makeReport(aSettings({ command: 'preview' }), aPreview({ infra })));
const [comment, summary] = [renderComment(report), renderSummary(report)];
const ended = performance.now();

const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
const result: Rendered = {
  parse: (parsed - start) / 1000,
  whole: (ended - start) / 1000,
  megabytes: (Number(kibibytes) * 1024) / 1e6,
  valid:
    isWellFormed(comment) &&
    isWellFormed(summary) &&
    Buffer.byteLength(comment) <= COMMENT_LIMIT + 100 &&
    comment.includes('resources are shown here'),
};
writeFileSync(out, JSON.stringify(result));
