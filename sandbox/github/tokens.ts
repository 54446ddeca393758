import { readFileSync, statSync } from 'node:fs';
import { Ajv } from 'ajv';

/** Who a token speaks for, and whether it may write, or write the secrets. */
export interface Caller {
  readonly login: string;
  readonly access: 'read' | 'write' | 'secrets';
}

/** Callers by token. */
export type Tokens = ReadonlyMap<string, Caller>;

const ajv = new Ajv({ allErrors: true });
const isTokenFile = ajv.compile<Readonly<Record<string, Caller>>>({
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: { login: { type: 'string' }, access: { enum: ['read', 'write', 'secrets'] } },
    required: ['login', 'access'],
    additionalProperties: false,
  },
});

/** Reads `{"<token>": {"login": …, "access": "read" | "write" | "secrets"}}`; refuses a file that others than its owner can read. */
export function readTokens(file: string): Tokens {
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file} holds tokens: give it mode 0600`);
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isTokenFile(content)) throw new Error(`${file} is not a list of tokens: ${schemaErrors()}`);
  return new Map(Object.entries(content));
}

/** The faults without the keys of the file, which are the tokens themselves. */
function schemaErrors(): string {
  return (isTokenFile.errors ?? []).map(({ message = '' }) => message).join(', ');
}

/** The caller behind an `Authorization` header of the form `token …` or `Bearer …`. */
export function callerOf(authorization: string | undefined, tokens: Tokens): Caller | undefined {
  const token = /^(?:token|bearer) (?<token>\S+)$/i.exec(authorization ?? '')?.groups?.['token'];
  return token === undefined ? undefined : tokens.get(token);
}
