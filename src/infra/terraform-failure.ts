import type { ErrorCode, ErrorDetails } from '../errors';
import { describeLock, lockInOutput, unlockAdvice } from './state-lock';

const EVIDENCE_LINES = 30;

/** What Terraform and OpenTofu print before the faults of a configuration that they cannot read. */
const IN_GENERAL = /encountered problems during initiali[sz]ation/;
const MEND = 'Mend the configuration; nothing was changed.';

const ADVICE: Readonly<Record<string, string>> = {
  'infra-init-failed': 'Check backend-config, the state store’s keys and the provider versions.',
  'infra-plan-failed': MEND,
  'infra-apply-failed': 'What was applied before is kept in the state: mend the cause and run the job again.',
};

const STALE = 'Saved plan is stale';
const PLAN_STALE: ErrorDetails = {
  code: 'infra-plan-stale',
  cause: 'the state was changed after the plan was made',
  advice: 'Run the job again; nothing was changed by this one.',
};

/** Explains a failed Terraform command by the first error it printed. */
export function explainTerraform(
  code: Extract<ErrorCode, 'infra-init-failed' | 'infra-plan-failed' | 'infra-apply-failed'>,
  command: string,
  exitCode: number,
  tail: readonly string[],
): ErrorDetails {
  const plain = tail.map((line) => line.replace(/^[\s│╷╵|]+/, '').trimEnd());
  const isError = (line: string): boolean => line.startsWith('Error: ');
  const told = plain.findIndex((line) => isError(line) && !IN_GENERAL.test(line));
  const first = told < 0 ? plain.findIndex(isError) : told;
  const where = first < 0 ? undefined : plain.slice(first).find((line) => /^(with|on) /.test(line));
  const title = first < 0 ? `exit code ${exitCode}` : plain[first]?.slice('Error: '.length);
  if (title === STALE) return PLAN_STALE;
  return {
    code,
    cause: `terraform ${command} failed: ${title}${where === undefined ? '' : `, ${where.replace(/[,:]$/, '')}`}`,
    advice: lockAdvice(plain) ?? (plain.some((line) => IN_GENERAL.test(line)) ? MEND : (ADVICE[code] ?? '')),
    evidence: (first < 0 ? plain : plain.slice(first)).filter((line) => line !== '').slice(0, EVIDENCE_LINES),
  };
}

/** Explains an apply whose state is nowhere but in `sealed`, which is shown so that it outlives the runner. */
export function explainLostState(failed: ErrorDetails, sealed: readonly string[]): ErrorDetails {
  return {
    code: 'infra-state-not-saved',
    cause: `the state store did not take the state of what was made: ${failed.cause}`,
    advice:
      'Do not run the job again before the state is back, or all would be made a second time: save the block below as state.txt, set STATE_SECRET_KEY, then `base64 -d state.txt | openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -pass env:STATE_SECRET_KEY | gunzip > errored.tfstate` and `terraform state push errored.tfstate`.',
    evidence: sealed,
  };
}

function lockAdvice(plain: readonly string[]): string | undefined {
  if (!plain.some((line) => line.includes('Error acquiring the state lock'))) return undefined;
  const lock = lockInOutput(plain);
  if (lock === undefined) return 'Another run holds the lock of the state; wait for it.';
  return `Another run was not done in time: ${describeLock(lock)}. Wait for it; ${unlockAdvice(lock)}.`;
}
