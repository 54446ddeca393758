import { generateKeyPairSync } from 'node:crypto';
import type { SecretsKey } from './state.ts';

/** Makes a key pair of Curve25519, as a repository has one; both halves in base64. */
export function makeSecretsKey(): SecretsKey {
  const { privateKey } = generateKeyPairSync('x25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  const base64 = (text: string): string => Buffer.from(text, 'base64url').toString('base64');
  return { id: '3380204578043523366', publicKey: base64(x), privateKey: base64(d) };
}
