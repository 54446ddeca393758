import type { DeployResult, Span, StepOutcome } from '../../src/deploy-result';
import type { ErrorDetails, StepName } from '../../src/errors';
import type { InfraResult } from '../../src/infra/result';
import type { ObjectChange } from '../../src/manifests/apply';
import { aKubeconfig } from './kubeconfig';
import { DIGEST, IMAGE, SHA } from './settings';

const START = Date.parse('2026-01-02T03:04:05.678Z');

/** Gives a span that begins some milliseconds after the run. */
export function lasting(milliseconds: number, after = 0): Span {
  return { from: START + after, to: START + after + milliseconds };
}

/** Gives an outcome whose step worked at other times. */
export function during<T>(outcome: StepOutcome<T>, ...spans: readonly Span[]): StepOutcome<T> {
  return outcome.status === 'skipped' ? outcome : { ...outcome, spans };
}

/** An outcome of a step that took 1.25 seconds. */
export function succeeded<T>(value: T, ...did: readonly string[]): StepOutcome<T> {
  return { status: 'succeeded', value, did, spans: [lasting(1_250)] };
}

export function failed(step: StepName, error: ErrorDetails, ...did: readonly string[]): StepOutcome<never> {
  return { status: 'failed', error: { ...error, step }, did, spans: [lasting(2_000)] };
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
