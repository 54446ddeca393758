import { publishKilled, readInputs, rememberedScratch } from './adapters/actions';
import { removeOwnBuilder } from './adapters/own-builder';
import { RunLog } from './adapters/run-log';
import { removeScratch } from './adapters/scratch';
import { Secrets } from './adapters/secrets';
import { endLeftTerraform } from './adapters/terraform-leftover';
import { messageOf } from './errors';

/** What Terraform was given; the values that it made known are masked by the runner since the main step. */
const KEYS = ['linode-token', 'state-access-key', 'state-secret-key'];

// The main step removes its folder itself; this is for the run that was killed before it could.
const folder = rememberedScratch();
if (folder !== undefined) {
  try {
    await cleanUp(folder);
  } catch (error) {
    // What the main step did stands, whatever becomes of the clean-up.
    new RunLog(new Secrets()).of('report').warning(`the clean-up ended early: ${messageOf(error)}`);
  } finally {
    removeScratch(folder);
  }
}

async function cleanUp(scratch: string): Promise<void> {
  const inputs = readInputs();
  const secrets = new Secrets();
  const [linodeToken = '', stateAccessKey = '', stateSecretKey = ''] = KEYS.map((name) => inputs[name]);
  for (const secret of [linodeToken, stateAccessKey, stateSecretKey]) secrets.add(secret);
  const log = new RunLog(secrets);
  await removeOwnBuilder(scratch, log.of('image'));
  const keys = { stateAccessKey, stateSecretKey };
  const left = await endLeftTerraform(scratch, keys, log.of('infra'));
  if (left !== undefined) await publishKilled({ ...left, step: 'infra' }, secrets);
}
