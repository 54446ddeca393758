import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** Seconds before each try to save the state after all; a store that hiccups is back within them. */
const PAUSES = [0, 5, 10, 20, 30];
const ITERATIONS = 600_000;
const LINE = 400;

/** How the state that Terraform could not save was saved after all, or is kept for people. */
export type Rescue = { readonly saved: true } | { readonly saved: false; readonly sealed: readonly string[] };

/**
 * Takes care of the `errored.tfstate` that Terraform leaves in its folder when it cannot save the state. It is the only
 * record of what was made, and this machine is about to go: so it is pushed again, and else sealed with the secret of the
 * state store, to be printed; at once where the run is cancelled. Undefined where there is no such file. The file is
 * removed: it holds secrets.
 */
export async function rescueState(
  folder: string,
  secret: string,
  push: (file: string) => Promise<boolean>,
  signal: AbortSignal,
  pauses: readonly number[] = PAUSES,
): Promise<Rescue | undefined> {
  const file = join(folder, 'errored.tfstate');
  if (!existsSync(file)) return undefined;
  try {
    const saved = await isPushed(() => push(file), signal, pauses);
    return saved ? { saved } : { saved, sealed: seal(readFileSync(file), secret) };
  } finally {
    rmSync(file, { force: true });
  }
}

async function isPushed(
  push: () => Promise<boolean>,
  signal: AbortSignal,
  pauses: readonly number[],
): Promise<boolean> {
  try {
    for (const seconds of pauses) {
      await delay(seconds * 1000, undefined, { signal });
      if (await push()) return true;
    }
  } catch {
    // Whatever ends the tries, as a cancellation does, the state is still to be kept.
  }
  return false;
}

/** Gives lines that `base64 -d | openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 | gunzip` opens. */
function seal(content: Buffer, secret: string): readonly string[] {
  const salt = randomBytes(8);
  const derived = pbkdf2Sync(secret, salt, ITERATIONS, 48, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', derived.subarray(0, 32), derived.subarray(32));
  const sealed = Buffer.concat([
    Buffer.from('Salted__'),
    salt,
    cipher.update(gzipSync(content)),
    cipher.final(),
  ]);
  return sealed.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
}
