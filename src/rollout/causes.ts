import type { ErrorCode } from '../errors';

/** One reason for which a rollout does not go on. */
export interface Cause {
  readonly code: ErrorCode;
  /**
   * How long it is borne, in seconds from the look that showed it first; one that goes away starts anew. Infinity: the
   * time limit of the rollout decides.
   */
  readonly patience: number;
  /** Whether pods that are on their way out may cure it: while there are some, its patience does not run. */
  readonly untilOthersLeft?: boolean;
  readonly advice: string;
}

/**
 * All reasons by name, with the patience that each of them gets. What the kubelet tries again by itself gets as long as
 * its next try takes: a pull and a container's configuration come up again after 10 to 15 s (pod_workers.go,
 * backOffPeriod with jitter; image back-off), a container that ended twice after 10 s (crash back-off).
 */
export const CAUSES = {
  imageNameInvalid: {
    code: 'rollout-image-name-invalid',
    patience: 0,
    advice: 'Mend the image in the manifest: a name is in lower case, and a tag or digest follows it.',
  },
  imageNotFound: {
    code: 'rollout-image-not-found',
    patience: 2,
    advice: 'Check the name and the tag, and that the image was pushed to this registry.',
  },
  imageDenied: {
    code: 'rollout-image-denied',
    patience: 16,
    advice:
      'Give pull-token, or a new one where it has expired (read:packages, long-lived), or check that the image exists: some registries deny what they do not have.',
  },
  imageUnavailable: {
    code: 'rollout-image-unavailable',
    patience: 20,
    advice: 'Check that the nodes reach the registry and that its limit of pulls is not used up.',
  },
  architectureWrong: {
    code: 'rollout-architecture-wrong',
    patience: 0,
    advice: 'Build the image for the architecture of the nodes, such as linux/amd64.',
  },
  configMissing: {
    code: 'rollout-config-missing',
    patience: 18,
    advice:
      'Make the Secret, ConfigMap or key that it names, a Secret by the input secrets, or mend the name in the manifest.',
  },
  containerRefused: {
    code: 'rollout-container-crashing',
    patience: 20,
    advice: 'Mend the container in the manifest: its user, its security context or its mounts.',
  },
  // Known from its second start on.
  cannotStart: {
    code: 'rollout-container-crashing',
    patience: 2,
    advice: 'Mend its command: the program must be in the image and may be executed.',
  },
  // Each of these from the second time on, as a restart may cure the first.
  outOfMemory: {
    code: 'rollout-out-of-memory',
    patience: 0,
    advice: 'Raise resources.limits.memory, or let the application use less.',
  },
  probeKilling: {
    code: 'rollout-probe-failing',
    patience: 5,
    advice:
      'Check path, port, time limit and delay of the probe that had it ended, and its last lines below.',
  },
  /** Ended once, or runs again: what it needed may be there by now. */
  crashedOnce: {
    code: 'rollout-container-crashing',
    patience: Infinity,
    advice: 'Its last lines are below; mend the application or its configuration.',
  },
  /** Its third start comes 10 to 15 s later; a third end is the next cause. */
  crashedTwice: {
    code: 'rollout-container-crashing',
    patience: 20,
    advice: 'Its last lines are below; mend the application or its configuration.',
  },
  crashing: {
    code: 'rollout-container-crashing',
    patience: 0,
    advice: 'Its last lines are below; mend the application or its configuration.',
  },
  initCrashedTwice: {
    code: 'rollout-init-container-failing',
    patience: 20,
    advice: 'Its last lines are below; nothing else of the pod starts before it ends well.',
  },
  initCrashing: {
    code: 'rollout-init-container-failing',
    patience: 0,
    advice: 'Its last lines are below; nothing else of the pod starts before it ends well.',
  },
  notReady: {
    code: 'rollout-probe-failing',
    patience: Infinity,
    advice:
      'Its last lines are below; check path, port and delay of its probe, and raise rollout-timeout where it only needs longer.',
  },
  claimMissing: {
    code: 'rollout-volume-unavailable',
    patience: 20,
    advice: 'Add the PersistentVolumeClaim to the manifests, or mend its name in the workload.',
  },
  provisioning: {
    code: 'rollout-volume-unavailable',
    patience: Infinity,
    advice: 'The volume was being made: raise rollout-timeout, or look at the events of its claim.',
  },
  claimUnbound: {
    code: 'rollout-volume-unavailable',
    patience: 20,
    advice:
      'Check the storage class, the size and the limits of the account; the events of the claim say more.',
  },
  volumeUnavailable: {
    code: 'rollout-volume-unavailable',
    patience: 20,
    untilOthersLeft: true,
    advice: 'Check what the volume names, and that its node can reach it.',
  },
  // Linode needs up to a minute to give a node a volume, and the controllers lose patience with it before.
  volumeAttaching: {
    code: 'rollout-volume-unavailable',
    patience: 90,
    untilOthersLeft: true,
    advice:
      'Linode did not give the node the volume: look at the volume in the Cloud Manager, and whether the node has as many as it can have.',
  },
  // Linode needs up to a minute to take a volume off the node that had it.
  volumeHeld: {
    code: 'rollout-volume-unavailable',
    patience: 90,
    untilOthersLeft: true,
    advice:
      'A ReadWriteOnce volume is with one node at a time: give the Deployment `strategy: {type: Recreate}`.',
  },
  scalingUp: {
    code: 'rollout-unschedulable',
    patience: Infinity,
    advice: 'The autoscaler was adding a node: raise rollout-timeout, or look at the node pool.',
  },
  /** There is no room, and there may be more nodes soon: Linode makes one in one to three minutes. */
  nodesToCome: {
    code: 'rollout-unschedulable',
    patience: 240,
    untilOthersLeft: true,
    advice:
      'No node came in time: look at the node pool and at the account’s limits, or ask for less in resources.requests.',
  },
  unschedulable: {
    code: 'rollout-unschedulable',
    patience: 20,
    untilOthersLeft: true,
    advice:
      'Ask for less in resources.requests, or raise the autoscaler’s maximum or the plan of the node pool.',
  },
  quotaExceeded: {
    code: 'rollout-quota-exceeded',
    patience: 20,
    untilOthersLeft: true,
    advice: 'Raise the ResourceQuota, ask for less, or set maxSurge to 0 so that old pods make room first.',
  },
  admissionRefused: {
    code: 'rollout-admission-refused',
    patience: 10,
    advice: 'Change the pod template to what the admission asks for, or its policy for this namespace.',
  },
  webhookUnavailable: {
    code: 'webhook-unavailable',
    patience: 20,
    advice: 'Get the service of the admission webhook running, then run the job again.',
  },
  namespaceTerminating: {
    code: 'namespace-terminating',
    patience: 0,
    advice:
      'Wait until the namespace is gone, or remove the finalizers that hold it, then run the job again.',
  },
  nodeNotReady: {
    code: 'rollout-node-not-ready',
    patience: 60,
    advice: 'Recycle or remove the node; pods move to another one after five minutes.',
  },
  heldByOlderPod: {
    code: 'rollout-not-ready',
    patience: 20,
    advice:
      'Delete that pod: a StatefulSet does not replace a pod before it was ready once (kubernetes/kubernetes#67250).',
  },
  paused: {
    code: 'rollout-paused',
    patience: 0,
    advice:
      'Let it go on with `kubectl rollout resume`, or set `paused` in the manifest where it is meant to stand.',
  },
  jobPodFailed: {
    code: 'rollout-job-failed',
    patience: Infinity,
    advice: 'Its last lines are below; mend the Job or its image.',
  },
  jobFailed: {
    code: 'rollout-job-failed',
    patience: 0,
    advice: 'Mend the Job or its image; with restartPolicy Never its pods stay for their logs.',
  },
  deadlineExceeded: {
    code: 'rollout-deadline-exceeded',
    patience: 0,
    advice:
      'Look at `kubectl describe` of its pods; raise progressDeadlineSeconds where it only needs longer.',
  },
  notComplete: {
    code: 'rollout-not-ready',
    patience: Infinity,
    advice: 'Look at `kubectl describe` of its pods; raise rollout-timeout where it only needs longer.',
  },
} as const satisfies Record<string, Cause>;

export type CauseName = keyof typeof CAUSES;

/** Those by which a container ends that may start once another workload is there. */
const CRASHES: ReadonlySet<CauseName> = new Set([
  'probeKilling',
  'crashedOnce',
  'crashedTwice',
  'crashing',
  'initCrashedTwice',
  'initCrashing',
]);

/** Whether a container ends for it that may start once another workload is there. */
export function isCrash(cause: CauseName): boolean {
  return CRASHES.has(cause);
}

/** Gives a cause of the table. */
export function causeOf(name: CauseName): Cause {
  return CAUSES[name];
}
