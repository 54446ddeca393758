import type { Leftovers } from './destroy/result';
import type { Failure } from './errors';
import type { ImageComparison } from './image/contents';
import type { ImageResult } from './image/result';
import type { BootstrapResult } from './infra/bootstrap';
import type { Cost } from './infra/cost';
import type { InfraResult } from './infra/result';
import type { ManifestsResult } from './manifests/result';
import type { ReleaseName } from './releases/result';
import type { RolledWorkload } from './rollout/result';

/** A time in which a step worked, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How a step ended, and when it worked, in the order of time; `did` lists what it changed outside, also when it failed half way. */
export type StepOutcome<T> =
  | {
      readonly status: 'succeeded';
      readonly value: T;
      readonly did: readonly string[];
      readonly spans: readonly Span[];
    }
  | {
      readonly status: 'failed';
      readonly error: Failure;
      readonly did: readonly string[];
      readonly spans: readonly Span[];
    }
  | { readonly status: 'skipped'; readonly reason: string };

export interface DeployResult {
  /** Where the command is `bootstrap`: then no other step runs. */
  readonly bootstrap?: StepOutcome<BootstrapResult>;
  readonly image: StepOutcome<ImageResult>;
  readonly infra: StepOutcome<InfraResult>;
  readonly manifests: StepOutcome<ManifestsResult>;
  readonly rollout: StepOutcome<readonly RolledWorkload[]>;
  /** What is there still, where the command is `destroy`. */
  readonly leftovers?: StepOutcome<Leftovers>;
  /** The release that runs now, where it is recorded and complete. */
  readonly release?: ReleaseName | undefined;
  /** The image beside the one that runs, where it is a new one. */
  readonly comparison?: ImageComparison | undefined;
  /** What the plan and the manifests cost, where there is a plan. */
  readonly cost?: Cost | undefined;
  /** The address at which the application is reached. */
  readonly address?: string | undefined;
  /** The URL that the manifests give it; only where what was deployed came up. */
  readonly url?: string | undefined;
}
