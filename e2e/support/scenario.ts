import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  happen,
  openApplication,
  repositorySecrets,
  type Application,
  type Happening,
} from '../../sandbox/application.ts';
import { administratorFile } from '../../sandbox/parts/cluster.ts';
import { comments } from '../../sandbox/live.ts';
import { resetAccounts } from '../../sandbox/reset.ts';
import type { WorkflowResult } from '../../sandbox/runner.ts';
import { readSecrets } from '../../sandbox/secrets.ts';

/** The pull request that the GitHub simulator has open from a branch of the repository itself. */
export const PULL_REQUEST = 1;

/** An application whose owner has deployed nothing yet, and all that people saw of its runs. */
export interface Scenario {
  readonly application: Application;
  /** Runs the application's workflow for what happens on GitHub. */
  readonly when: (
    happening: Happening,
    secrets?: Readonly<Record<string, string>>,
  ) => Promise<WorkflowResult>;
  /** Gives every text that people could have read since the start: logs, summaries, outputs, annotations, comments. */
  readonly seen: () => Promise<string>;
  readonly end: () => Promise<void>;
}

/** Empties the accounts and makes a fresh checkout of the example application. */
export async function startScenario(): Promise<Scenario> {
  await resetAccounts();
  const directory = await mkdtemp(join(tmpdir(), 'wpp-bot-'));
  const application = await openApplication(directory);
  const results: WorkflowResult[] = [];
  return {
    application,
    async when(happening, secrets = repositorySecrets()) {
      const result = await happen(application, happening, secrets);
      results.push(result);
      return result;
    },
    async seen() {
      return [JSON.stringify(results), ...(await comments(PULL_REQUEST))].join('\n');
    },
    end: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Gives every secret of the sandbox: those of its accounts, and the token and certificate in the kubeconfig it hands out. */
export async function everySecret(): Promise<readonly string[]> {
  const { token } = JSON.parse(await readFile(administratorFile(), 'utf8')) as { readonly token: string };
  return [...Object.values(readSecrets() as unknown as Record<string, string>), token];
}

/** Gives the secrets, by the first characters alone, that stand in `text`: raw, in URLs, or in base64 at any offset. */
export function secretsIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets
    .filter((secret) => formsOf(secret).some((form) => text.includes(form)))
    .map((secret) => `${secret.slice(0, 4)}…`);
}

function formsOf(secret: string): readonly string[] {
  const shifted = [0, 1, 2].map((offset) =>
    Buffer.from(`${'x'.repeat(offset)}${secret}`)
      .toString('base64')
      .replace(/=+$/, ''),
  );
  // The first and last characters of an encoding depend on the neighbours of the secret.
  return [secret, encodeURIComponent(secret), ...shifted.map((encoded) => encoded.slice(4, -2))];
}
