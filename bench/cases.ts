import { at, listAt, numberAt, textAt } from '../src/json.ts';
import type { CAUSES } from '../src/rollout/causes.ts';

/** A container of the workload before the change that is measured: it runs and is ready at once. */
export const HEALTHY = {
  name: 'app',
  image: 'docker.io/sandbox/pause:1',
  command: ['/bin/sleep', '1000000'],
};

/** A change of a healthy workload that cannot become healthy. */
export interface Case {
  readonly name: string;
  /** What the change makes of the container. */
  readonly change: object;
  /** The reason of the table of causes that the verdict is to have, with its patience. */
  readonly cause: keyof typeof CAUSES;
  /** Whether an object that the API shows, a Pod or an Event, says what is wrong for certain. */
  readonly shows: (object: unknown) => boolean;
}

export const cases: readonly Case[] = [
  {
    name: 'image that does not exist',
    change: { image: 'ghcr.io/org/nothing:missing' },
    cause: 'imageNotFound',
    shows: (object) =>
      event(object, 'Failed', /not ?found/i) || waits(object, /^(ErrImagePull|ImagePullBackOff)$/),
  },
  {
    name: 'container that exits at once',
    change: { command: ['/bin/sh', '-c', 'echo no database; exit 1'] },
    cause: 'crashedTwice',
    // One exit may be a start before its time; the second one is a crash loop.
    shows: (object) =>
      statuses(object).some(
        (status) => numberAt(status, 'restartCount') > 0 && at(status, 'state', 'running') === undefined,
      ),
  },
  {
    name: 'missing Secret',
    change: {
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'nothing', key: 'password' } } }],
    },
    cause: 'configMissing',
    shows: (object) =>
      event(object, 'Failed', /secret .*not found/i) || waits(object, /^CreateContainerConfigError$/),
  },
];

const statuses = (object: unknown): readonly unknown[] => listAt(object, 'status', 'containerStatuses');

const waits = (object: unknown, reason: RegExp): boolean =>
  statuses(object).some((status) => reason.test(textAt(status, 'state', 'waiting', 'reason')));

const event = (object: unknown, reason: string, message: RegExp): boolean =>
  textAt(object, 'reason') === reason && message.test(textAt(object, 'message'));

/** Whether a Deployment says that its rollout is complete, by the rules of `kubectl rollout status`. */
export function isComplete(deployment: unknown, generation: number): boolean {
  const count = (name: string): number => numberAt(deployment, 'status', name);
  const wanted = numberAt(deployment, 'spec', 'replicas');
  return (
    count('observedGeneration') >= generation &&
    ['updatedReplicas', 'replicas', 'availableReplicas'].every((name) => count(name) === wanted)
  );
}
