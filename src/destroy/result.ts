import type { Amount } from '../infra/cost';

/** Something that stays, and is billed. */
export interface Leftover {
  /** Such as `volume` or `NodeBalancer`. */
  readonly kind: string;
  readonly label: string;
  /** At Linode; undefined where it has none there. */
  readonly id: number | undefined;
  /** Its size in words, such as `20 GB`. */
  readonly detail: string;
  /** US cents a month. */
  readonly monthly: Amount;
  /** Why it stays, and how it goes. */
  readonly why: string;
}

/** What is there still after everything was destroyed that was to be. */
export interface Leftovers {
  readonly stays: readonly Leftover[];
  /** Why something was not looked for, one sentence each. */
  readonly unseen: readonly string[];
}
