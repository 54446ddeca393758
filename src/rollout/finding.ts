import type { CauseName } from './causes';

/** What stands in the way of a rollout, as one look showed it. */
export interface Finding {
  readonly cause: CauseName;
  /** One sentence with pod and container. */
  readonly text: string;
  /** The container whose log shows why; `previous` for its run before this one. */
  readonly logsOf?: LogPlace;
  /** Of a container that ended: how often it was started, and how often it ended. */
  readonly runs?: { readonly started: number; readonly ended: number };
  /** Whether more nodes of the kind that is there may help. */
  readonly nodesHelp?: boolean;
  /** Whether it is being tried anew: it is not judged before that has ended. */
  readonly trying?: boolean;
}

export interface LogPlace {
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}
