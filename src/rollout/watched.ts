import { secondsOf } from '../duration';
import { at, listAt, numberAt, textAt, type JsonObject } from '../json';
import { nameOf, type Workload } from '../manifests/workload';
import type { Cluster, Log } from '../ports';
import { isCrash, type CauseName } from './causes';
import { byPatience, diagnose, type Diagnosis } from './diagnosis';
import { Excuse } from './excuse';
import type { Finding } from './finding';
import { isLeaving, type Surroundings } from './newest';
import { Patience } from './patience';
import { rolloutStatus, type RolloutStatus } from './status';

const LOG_LINES = 20;
/** A line that differs from the one before in its numbers alone comes no sooner than this. */
const COUNT_LINES_MS = 10_000;
/**
 * How long what starts without a probe must have been complete: a quarter of the time that it took, since a slow cluster
 * tells late as well that a container ended; and at least as long where one ended before.
 */
const SETTLED_MS = { least: 2_000, most: 10_000, again: 12_000 };
const TIMEOUT_ANNOTATION = 'wpp-deploy-action/rollout-timeout';
/** What runc writes into a container's log where it cannot execute its program. */
const WRONG_ARCHITECTURE = /^exec \S+: exec format error|exec user process caused:? "?exec format error/;
const PATIENCE_ANNOTATION = 'wpp-deploy-action/rollout-patience';

/** Why a workload did not roll out, with all that was seen of it last. */
export interface Defeat {
  readonly workload: Workload;
  readonly cause: CauseName;
  readonly text: string;
  readonly message: string;
  readonly live: JsonObject;
  readonly events: readonly JsonObject[];
  readonly logsOf: Finding['logsOf'];
}

interface WatchedPorts {
  readonly cluster: Cluster;
  readonly log: Log;
  /** Gives in words which nodes the cluster may still get; undefined where it gets none, or that is not known yet. */
  readonly nodesToCome: () => string | undefined;
}

/** One workload that is waited for, and what was seen of it. */
export class Watched {
  readonly workload: Workload;
  readonly name: string;
  readonly #cluster: Cluster;
  readonly #log: Log;
  readonly #nodesToCome: WatchedPorts['nodesToCome'];
  readonly #start: number;
  readonly #timeoutSeconds: number;
  readonly #patience = new Patience();
  readonly #excuse = new Excuse();
  /** Logs of containers that ended, read when that was first seen: a pod of a Job may be gone soon after. */
  readonly #logs = new Map<string, readonly string[]>();
  #live: JsonObject = {};
  #status: RolloutStatus = { state: 'unseen', message: 'it was not looked at yet' };
  #diagnosis: Diagnosis = { findings: [], events: [], ended: false };
  /** Of a Job, whose pods may be gone when it gives up. */
  #lastEnd: Finding | undefined;
  #completeSince: number | undefined;
  /** Whether pods were on their way out. */
  #leaving = false;
  #told = { key: '', shape: '', at: -Infinity };

  constructor(
    workload: Workload,
    timeoutSeconds: number,
    now: number,
    { cluster, log, nodesToCome }: WatchedPorts,
  ) {
    this.workload = workload;
    this.name = nameOf(workload);
    this.#timeoutSeconds = timeoutSeconds;
    this.#start = now;
    this.#cluster = cluster;
    this.#log = log;
    this.#nodesToCome = nodesToCome;
  }

  /** What was seen last, in one sentence. */
  get line(): string {
    const [worst] = this.#diagnosis.findings;
    return worst?.text ?? ('message' in this.#status ? this.#status.message : 'its pods are started');
  }

  /** Whether nothing of it serves yet, and nothing is known against it: what needs it may end until then. */
  get isStarting(): boolean {
    const serves = ['availableReplicas', 'numberAvailable'].some(
      (field) => numberAt(this.#live, 'status', field) > 0,
    );
    return (
      !serves &&
      this.#status.state !== 'failed' &&
      !this.#diagnosis.findings.some(({ cause }) => isCrash(cause))
    );
  }

  /** Takes in how it is at `now`; gives whether it is complete. */
  see(live: JsonObject, now: number): boolean {
    this.#live = live;
    const { generation, written } = this.workload;
    const seconds = (now - this.#start) / 1000;
    this.#status = rolloutStatus(live, { generation, written, seconds });
    this.#completeSince = this.#status.state === 'complete' ? (this.#completeSince ?? now) : undefined;
    if (this.#status.state === 'complete' && !(written && startsUnprobed(live)))
      return this.#complete(this.#status.note);
    this.#tell(now);
    return false;
  }

  /** Whether what see() took in cannot wait for the next close look. */
  isUrgent(now: number): boolean {
    const settled = this.#hasSettled(false, now) && !this.#diagnosis.ended;
    return this.#status.state === 'failed' || this.#isLate(now) || settled;
  }

  /** Takes in what is around it; gives whether it is complete. */
  async examine(around: Surroundings, now: number): Promise<boolean> {
    const found = diagnose(this.#live, this.#status.state, around);
    if (found.completeNote !== undefined) return this.#complete(found.completeNote);
    const { state } = this.#status;
    const settled = this.#hasSettled(found.ended, now) || this.#isLate(now);
    if (state === 'complete' && settled) return this.#complete(this.#status.note);
    if (state === 'empty' && found.findings.length === 0) return this.#complete(undefined);
    const findings = await Promise.all(
      found.findings.map((finding) => this.#withLog(this.#withNodes(finding))),
    );
    this.#diagnosis = { ...found, findings: findings.sort(byPatience) };
    this.#lastEnd = findings.find(({ cause }) => cause === 'jobPodFailed') ?? this.#lastEnd;
    this.#leaving = around.pods.some(isLeaving);
    return false;
  }

  /** Gives why it has failed by what examine() took in, if it has. `starting` is the name of another workload that is, if any. */
  judge(now: number, starting: string | undefined): Defeat | undefined {
    const findings = this.#diagnosis.findings.map((finding) => this.#excuse.apply(finding, starting));
    this.#diagnosis = { ...this.#diagnosis, findings };
    this.#tell(now);
    return this.#verdict(this.#leaving, now);
  }

  /** Lets each cause start anew, where for a while nothing could be seen. */
  forget(): void {
    this.#patience.forget();
  }

  /** Gives the last lines of the container that a finding names. */
  async logs({ pod, container, previous }: NonNullable<Finding['logsOf']>): Promise<readonly string[]> {
    const kept = this.#logs.get(`${pod}/${container}`);
    if (kept !== undefined && kept.length > 0) return kept;
    const options = { previous, lines: LOG_LINES };
    return this.#cluster.logs(this.workload.key.namespace ?? '', pod, container, options);
  }

  #verdict(leaving: boolean, now: number): Defeat | undefined {
    const { findings } = this.#diagnosis;
    const least = this.#annotated(PATIENCE_ANNOTATION) ?? 0;
    const over = this.#patience.over(findings, now, { leaving, least });
    if (over !== undefined) return this.#defeat(over, over.text);
    if (this.#status.state === 'failed') return this.#given(this.#status.cause, this.#status.message);
    if (!this.#isLate(now)) return undefined;
    const why = findings[0] ?? { cause: 'notComplete' as const, text: this.line };
    return this.#defeat(why, `not complete within ${this.#limit()} s: ${why.text}`);
  }

  /** What its own controller gave up for. */
  #given(cause: CauseName, message: string): Defeat {
    const [worst = this.#lastEnd] = this.#diagnosis.findings;
    if (worst === undefined || cause === 'paused') return this.#defeat({ cause, text: message }, message);
    // What the pods say is the cause of a deadline that passed.
    return cause === 'deadlineExceeded'
      ? this.#defeat(worst, worst.text)
      : this.#defeat({ ...worst, cause }, `${message}: ${worst.text}`);
  }

  #defeat({ cause, logsOf }: Finding, text: string): Defeat {
    const message = 'message' in this.#status ? this.#status.message : '';
    const { workload } = this;
    return { workload, cause, text, message, live: this.#live, events: this.#diagnosis.events, logsOf };
  }

  #hasSettled(ended: boolean, now: number): boolean {
    if (this.#completeSince === undefined) return false;
    const { least, most, again } = SETTLED_MS;
    const quarter = Math.max(least, Math.min(most, (this.#completeSince - this.#start) / 4));
    return now - this.#completeSince >= (ended ? again : quarter);
  }

  #isLate(now: number): boolean {
    return now - this.#start >= this.#limit() * 1000;
  }

  #limit(): number {
    return this.#annotated(TIMEOUT_ANNOTATION) ?? this.#timeoutSeconds;
  }

  #annotated(name: string): number | undefined {
    return secondsOf(textAt(this.#live, 'metadata', 'annotations', name));
  }

  #complete(note: string | undefined): true {
    if (note !== undefined) this.#log.warning(`${this.name}: ${note}`);
    else if (this.#told.key !== '' || this.workload.written) this.#log.info(`${this.name}: complete`);
    return true;
  }

  /** Says what changed; counts that go on come now and then. */
  #tell(now: number): void {
    const { line } = this;
    const key = this.#diagnosis.findings[0]?.cause ?? line;
    const shape = key.replaceAll(/\d+/g, '#');
    const due = shape !== this.#told.shape || now - this.#told.at >= COUNT_LINES_MS;
    if (key === this.#told.key || !due) return;
    this.#told = { key, shape, at: now };
    this.#log.info(`${this.name}: ${line}`);
  }

  /** Only Linode knows whether there will be more nodes. */
  #withNodes(finding: Finding): Finding {
    if (finding.nodesHelp !== true) return finding;
    const coming = this.#nodesToCome();
    return coming === undefined
      ? finding
      : { ...finding, cause: 'nodesToCome', text: `${finding.text}; ${coming}` };
  }

  /** Only the log of a container tells that it was built for another architecture. */
  async #withLog(finding: Finding): Promise<Finding> {
    if (finding.logsOf === undefined || finding.cause === 'notReady') return finding;
    const { pod, container, previous } = finding.logsOf;
    const key = `${pod}/${container}`;
    if (!this.#logs.has(finding.text)) {
      const options = { previous, lines: LOG_LINES };
      const namespace = this.workload.key.namespace ?? '';
      const lines = await this.#cluster.logs(namespace, pod, container, options);
      this.#logs.set(finding.text, lines);
      this.#logs.set(key, lines);
    }
    const wrong = this.#logs.get(key)?.some((line) => WRONG_ARCHITECTURE.test(line)) ?? false;
    if (!wrong) return finding;
    return { ...finding, cause: 'architectureWrong', text: `${finding.text}: exec format error` };
  }
}

/**
 * Whether pods count as available when their containers are but started, which one that exits at once is for a moment
 * (a readiness probe or minReadySeconds would tell).
 */
function startsUnprobed(workload: JsonObject): boolean {
  if (textAt(workload, 'kind') === 'Job' || numberAt(workload, 'spec', 'minReadySeconds') > 0) return false;
  return listAt(workload, 'spec', 'template', 'spec', 'containers').some(
    (container) => at(container, 'readinessProbe') === undefined,
  );
}
