import { run } from '../../sandbox/command.ts';
import { readSecrets } from '../../sandbox/secrets.ts';
import { enter } from '../../sandbox/world.ts';

/** Separates what the blocks of commands print. */
const MARK = '--- end of the block ---';

/**
 * Runs blocks of commands in `folder` and in one shell, as a reader of a guide has it, with the tokens that it leaves to its reader.
 * Gives what each printed, in their order; fails with the first command that does.
 */
export async function readAlong(blocks: readonly string[], folder: string): Promise<readonly string[]> {
  const script = blocks.map((text) => `${text}echo '${MARK}'\n`).join('');
  const output = await run(enter(['bash', '-euo', 'pipefail', '-c', script], folder), {
    env: { ...process.env, ...tokens(), HOME: folder },
  });
  return output.split(`${MARK}\n`).slice(0, blocks.length);
}

/** With shorter pauses for the provider. */
function tokens(): Readonly<Record<string, string>> {
  const { linodeToken, s3AccessKey, s3SecretKey } = readSecrets();
  return {
    LINODE_TOKEN: linodeToken,
    AWS_ACCESS_KEY_ID: s3AccessKey,
    AWS_SECRET_ACCESS_KEY: s3SecretKey,
    LINODE_EVENT_POLL_MS: '100',
    LINODE_LKE_EVENT_POLL_MS: '100',
    LINODE_LKE_NODE_READY_POLL_MS: '100',
  };
}
