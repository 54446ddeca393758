import { DeployError, type ErrorDetails } from '../errors';
import { listAt, textAt, type JsonObject } from '../json';
import type { ApiAnswer } from '../ports';
import { shownAtPath } from './field-path';
import { describe, type Manifest } from './objects';

export type Refusal = Extract<ApiAnswer, { ok: false }>;

/** A field that the manifest sets and another manager owns. */
export interface Conflict {
  /** As the API server names it, such as `.spec.replicas`. */
  readonly field: string;
  readonly manager: string;
}

/** Gives the conflicts that a refused server-side apply names; none where it was refused for something else. */
export function conflictsOf({ code, status }: Refusal): readonly Conflict[] {
  if (code !== 409) return [];
  return listAt(status, 'details', 'causes')
    .filter((cause) => textAt(cause, 'reason') === 'FieldManagerConflict')
    .map((cause) => ({
      field: textAt(cause, 'field'),
      manager: /conflict with "([^"]*)"/.exec(textAt(cause, 'message'))?.[1] ?? '',
    }));
}

/** How the kinds of the API server say that a field cannot be changed; there is no reason code for it. */
const FIXED =
  /immutable|may not change once set|cannot change|updates to .* are forbidden|may not be changed|cannot be changed/i;

/** Gives the error for an object that the cluster refused; `live` is the object as it is there. */
export function refused(manifest: Manifest, refusal: Refusal, live: JsonObject | undefined): DeployError {
  const place = manifest.place === undefined ? {} : { place: manifest.place };
  const said = [conflict, fixed, terminating, webhook, other].map((read) =>
    read(manifest, refusal, live ?? {}),
  );
  const details = said.find((found) => found !== undefined);
  if (details === undefined) throw new Error('a refusal is always explained');
  return new DeployError({ ...details, ...place });
}

type Reading = (manifest: Manifest, refusal: Refusal, live: JsonObject) => ErrorDetails | undefined;

function nameOf({ object, source }: Manifest): string {
  return `${describe(object)} (${source})`;
}

const conflict: Reading = (manifest, refusal, live) => {
  const owned = conflictsOf(refusal);
  if (owned.length === 0) return undefined;
  const managers = [...new Set(owned.map(({ manager }) => manager))].join(', ');
  return {
    code: 'manifest-conflict',
    cause: `${nameOf(manifest)} sets fields that another tool owns: ${managers}`,
    advice:
      'Take these fields out of the manifest, let the other tool give them up, or set force-conflicts to true to take them over.',
    evidence: owned.map(
      ({ field, manager }) =>
        `${field} is owned by ${manager}: it is ${shownAtPath(live, field)}, the manifest says ${shownAtPath(manifest.object, field)}`,
    ),
  };
};

const fixed: Reading = (manifest, { code, status }, live) => {
  const causes = listAt(status, 'details', 'causes').filter((cause) => FIXED.test(textAt(cause, 'message')));
  if (code !== 422 || causes.length === 0) return undefined;
  const fields = [...new Set(causes.map((cause) => textAt(cause, 'field')))];
  return {
    code: 'manifest-immutable',
    cause: `${nameOf(manifest)} changes what cannot be changed: ${fields.join(', ')}`,
    advice:
      'Take the change back, or annotate the object with `wpp-deploy-action/recreate: "true"` to have it deleted and made anew.',
    evidence: fields.map(
      (field) =>
        `${field} is ${shownAtPath(live, field)}, the manifest says ${shownAtPath(manifest.object, field)}`,
    ),
  };
};

const terminating: Reading = (manifest, { code, status }) => {
  if (code !== 403 || !textAt(status, 'message').includes('because it is being terminated')) return undefined;
  const namespace = textAt(manifest.object, 'metadata', 'namespace');
  return {
    code: 'namespace-terminating',
    cause: `${nameOf(manifest)} cannot be made: the namespace ${namespace} is being deleted`,
    advice: `Wait until it is gone; where it stays, \`kubectl get namespace ${namespace} -o yaml\` shows in its conditions what holds it.`,
  };
};

/** Gives the name of the admission webhook that did not answer; undefined where it was refused for something else. */
export function silentWebhook({ code, status }: Refusal): string | undefined {
  return code < 500 ? undefined : /failed calling webhook "([^"]+)"/.exec(textAt(status, 'message'))?.[1];
}

const webhook: Reading = (manifest, refusal) => {
  const name = silentWebhook(refusal);
  if (name === undefined) return undefined;
  return {
    code: 'webhook-unavailable',
    cause: `${nameOf(manifest)} cannot be checked: the admission webhook ${name} does not answer`,
    advice: 'Look at the pods of the webhook’s service; run the job again when they are ready.',
    evidence: secret(manifest) ? [] : [textAt(refusal.status, 'message')],
  };
};

/** The server repeats the values it refuses; those of a Secret are not to be shown. */
const other: Reading = (manifest, { code, status }) => {
  const said = secret(manifest) ? textAt(status, 'reason') : textAt(status, 'message') || `HTTP ${code}`;
  return {
    code: 'manifest-refused',
    cause: `the cluster refused ${nameOf(manifest)}: ${said || `HTTP ${code}`}`,
    advice:
      code === 403
        ? 'Give the kubeconfig’s account the right to do this.'
        : 'Mend the manifest; `kubectl apply --server-side --dry-run=server -f` says the same.',
    evidence: listAt(status, 'details', 'causes')
      .map((cause) => textAt(cause, 'field'))
      .filter((field) => field !== ''),
  };
};

function secret({ object }: Manifest): boolean {
  return object['kind'] === 'Secret';
}
