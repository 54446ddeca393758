import { setSecret } from '@actions/core';
import { redactor, redactValues, type Redact } from '../report/redact';

/** GitHub's runner would mask a very short value everywhere and shred the log. */
const SHORTEST_MASK = 4;

/** All secrets known so far: masked by the runner in the log, and taken out of every text that leaves by us. */
export class Secrets {
  readonly #known = new Set<string>();
  /** Made when it is needed: many secrets come one by one. */
  #redact: Redact | undefined;

  /** Keeps a value out of everything that people see from here on. */
  add(secret: string): void {
    if (secret.trim().length < SHORTEST_MASK || this.#known.has(secret)) return;
    this.#known.add(secret);
    for (const line of new Set([secret, ...secret.split(/\r?\n/)].map((text) => text.trim()))) {
      if (line.length >= SHORTEST_MASK) setSecret(line);
    }
    this.#redact = undefined;
  }

  /** Gives a text, or plain data with texts in it, without any secret known so far. */
  redact<T>(value: T): T {
    this.#redact ??= redactor([...this.#known]);
    return redactValues(value, this.#redact);
  }
}
