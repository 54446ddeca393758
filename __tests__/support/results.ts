import type { DeployResult, StepOutcome } from '../../src/deploy-result';
import type { ErrorDetails, StepName } from '../../src/errors';
import type { InfraResult } from '../../src/infra/result';
import type { ObjectChange } from '../../src/manifests/apply';
import { aKubeconfig } from './kubeconfig';
import { DIGEST, IMAGE, SHA } from './settings';

/** An outcome of a step that took 1.25 seconds. */
export function succeeded<T>(value: T, ...did: readonly string[]): StepOutcome<T> {
  return { status: 'succeeded', value, did, seconds: 1.25 };
}

export function failed(step: StepName, error: ErrorDetails, ...did: readonly string[]): StepOutcome<never> {
  return { status: 'failed', error: { ...error, step }, did, seconds: 2 };
}

export function skipped(reason: string): StepOutcome<never> {
  return { status: 'skipped', reason };
}

export function anObject(object: string, given: Partial<ObjectChange> = {}): ObjectChange {
  return { object, action: 'created', fields: [], ...given };
}

export function anInfraResult(given: Partial<InfraResult> = {}): InfraResult {
  return {
    changed: false,
    plan: undefined,
    billed: undefined,
    applied: false,
    clusterId: 42,
    kubeconfig: aKubeconfig(),
    ...given,
  };
}

/** A deployment in which nothing had to change. */
export function aResult(given: Partial<DeployResult> = {}): DeployResult {
  return {
    image: succeeded({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: false }),
    infra: succeeded(anInfraResult()),
    manifests: succeeded({
      changes: [anObject('Deployment/wpp-bot/wpp-bot', { action: 'unchanged' })],
      workloads: [],
    }),
    rollout: succeeded([{ workload: 'Deployment/wpp-bot/wpp-bot', rolled: false }]),
    ...given,
  };
}

/** A preview that builds and finds no cluster yet. */
export function aPreview(given: Partial<DeployResult> = {}): DeployResult {
  return {
    image: succeeded({ kind: 'checked', name: IMAGE }),
    infra: succeeded(anInfraResult({ clusterId: undefined, kubeconfig: undefined })),
    manifests: skipped('there is no cluster yet to compare with'),
    rollout: skipped('a preview changes nothing'),
    ...given,
  };
}
