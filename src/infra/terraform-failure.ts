import type { ErrorCode, ErrorDetails } from '../errors';

const EVIDENCE_LINES = 30;

const ADVICE: Readonly<Record<string, string>> = {
  'infra-init-failed': 'Check backend-config, the state store’s keys and the provider versions.',
  'infra-plan-failed': 'Mend the configuration; nothing was changed.',
  'infra-apply-failed': 'What was applied before is kept in the state: mend the cause and run the job again.',
};

/** Explains a failed Terraform command by the first error it printed. */
export function explainTerraform(
  code: Extract<ErrorCode, 'infra-init-failed' | 'infra-plan-failed' | 'infra-apply-failed'>,
  command: string,
  exitCode: number,
  tail: readonly string[],
): ErrorDetails {
  const plain = tail.map((line) => line.replace(/^[\s│╷╵|]+/, '').trimEnd());
  const first = plain.findIndex((line) => line.startsWith('Error: '));
  const where = first < 0 ? undefined : plain.slice(first).find((line) => /^(with|on) /.test(line));
  const title = first < 0 ? `exit code ${exitCode}` : plain[first]?.slice('Error: '.length);
  return {
    code,
    cause: `terraform ${command} failed: ${title}${where === undefined ? '' : `, ${where.replace(/[,:]$/, '')}`}`,
    advice: lockAdvice(plain) ?? ADVICE[code] ?? '',
    evidence: (first < 0 ? plain : plain.slice(first)).filter((line) => line !== '').slice(0, EVIDENCE_LINES),
  };
}

function lockAdvice(plain: readonly string[]): string | undefined {
  if (!plain.some((line) => line.includes('Error acquiring the state lock'))) return undefined;
  const id = plain
    .find((line) => line.startsWith('ID:'))
    ?.slice('ID:'.length)
    .trim();
  return `Another run holds the state; wait for it. Where it was killed, run \`terraform force-unlock ${id ?? 'ID'}\`.`;
}
