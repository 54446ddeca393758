import { Ajv } from 'ajv';

/** What goes wrong, and with which calls. With `status` or `cut` the call does not reach the simulator's routes. */
export interface Fault {
  /** Any method when left out. */
  readonly method?: string;
  /** Regular expression that is looked for in the path; it brings its own anchors. */
  readonly path: string;
  /** The first call that is hit: 1, the default, is the next matching one. */
  readonly nth?: number;
  /** How many matching calls in a row are hit (default 1). */
  readonly times?: number;
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** Close the connection without an answer. */
  readonly cut?: boolean;
}

const ajv = new Ajv({ allErrors: true });
const isFault = ajv.compile<Fault>({
  type: 'object',
  properties: {
    method: { type: 'string' },
    path: { type: 'string' },
    nth: { type: 'integer', minimum: 1 },
    times: { type: 'integer', minimum: 1 },
    status: { type: 'integer', minimum: 200, maximum: 599 },
    body: {},
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    delayMs: { type: 'integer', minimum: 0 },
    cut: { type: 'boolean' },
  },
  required: ['path'],
  additionalProperties: false,
});

/** Reads a fault from untrusted JSON; throws an error that names each member that is wrong. */
export function readFault(candidate: unknown): Fault {
  if (!isFault(candidate)) throw new Error(ajv.errorsText(isFault.errors, { dataVar: 'fault' }));
  return candidate;
}

/** The faults that are set, with the count of calls that each has seen. */
export class Faults<F extends Fault = Fault> {
  #armed: { readonly fault: F; readonly path: RegExp; seen: number }[] = [];

  add(fault: F): void {
    this.#armed.push({ fault, path: new RegExp(fault.path), seen: 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Counts the call for every fault that it matches, and gives the first one whose turn it is. */
  take(method: string, path: string): F | undefined {
    const matching = this.#armed.filter(
      ({ fault, path: pattern }) => (fault.method ?? method) === method && pattern.test(path),
    );
    for (const armed of matching) armed.seen += 1;
    const due = matching.find(({ fault, seen }) => seen >= (fault.nth ?? 1));
    this.#armed = this.#armed.filter(({ fault, seen }) => seen < (fault.nth ?? 1) + (fault.times ?? 1) - 1);
    return due?.fault;
  }
}
