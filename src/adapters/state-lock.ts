import { AwsClient } from 'aws4fetch';
import { readStateLock, type StateLock } from '../infra/state-lock';
import { storeEndpoint, type StoreSettings } from './object-storage';

const TIMEOUT_MS = 5000;

/**
 * Gives the lock that lies beside the state as `<key>.tflock`; undefined where there is none, or the store does not tell: who holds a
 * lock is worth a line, and no failure. Works in a run that is cancelled, too.
 */
export async function readLockFile(settings: StoreSettings): Promise<StateLock | undefined> {
  const { bucket = '', key = '', region = '' } = settings.backend;
  try {
    const client = new AwsClient({
      accessKeyId: settings.stateAccessKey,
      secretAccessKey: settings.stateSecretKey,
      region,
      service: 's3',
      retries: 1,
    });
    const url = `${storeEndpoint(settings)}/${bucket}/${key}.tflock`;
    const response = await client.fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok ? readStateLock(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}
