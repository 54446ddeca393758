import { DeployError, type ErrorDetails } from '../errors';
import type { AppliedRecord, Files, Linode, Log, StateStore } from '../ports';
import type { InfraSettings } from '../settings/settings';
import { resourceTypes, variableDefaults } from './configuration';
import { allConfigurationTexts } from './configuration-files';
import { judgeTrial } from './lock-trial';
import { notOffered, type Catalogue, type Wish } from './offers';
import { missingScopes, neededScopes } from './scopes';

export interface PreflightPorts {
  readonly files: Files;
  /** Undefined where the state is on this machine alone. */
  readonly store: StateStore | undefined;
  readonly linode: Linode;
  readonly log: Log;
}

interface Look {
  readonly preview: boolean;
  /** The last successful apply. */
  readonly record: AppliedRecord | undefined;
}

/**
 * Checks in a few requests what an apply would fail at after minutes, when half is made; all that is wrong is told in one error. A
 * preview writes nothing, and so needs no right to. Throws DeployError.
 */
export async function preflight(settings: InfraSettings, look: Look, ports: PreflightPorts): Promise<void> {
  const texts = allConfigurationTexts(settings.directory, ports.files);
  const results = await Promise.allSettled([
    checkToken(resourceTypes(texts), look, ports),
    look.preview || ports.store === undefined ? undefined : checkLock(ports.store),
    look.record === undefined ? checkFirst(settings, texts, ports) : undefined,
  ]);
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const failures = reasons.map((reason) => {
    if (reason instanceof DeployError && reason.details.code !== 'cancelled') return reason.details;
    throw reason;
  });
  if (failures.length > 0) throw new DeployError(together(failures));
}

/** Throws DeployError where Linode does not offer what is wanted; asks only for what is. */
export async function checkOffers(wishes: readonly Wish[], linode: Linode): Promise<void> {
  const wanted = new Set(wishes.map(({ kind }) => kind));
  const [versions, plans, regions] = await Promise.all([
    wanted.has('version') ? linode.kubernetesVersions() : [],
    wanted.has('plan') ? linode.plans() : [],
    wanted.has('region') ? linode.regions() : [],
  ]);
  const catalogue: Catalogue = { versions, plans, regions };
  const fault = notOffered(wishes, catalogue);
  if (fault !== undefined) throw new DeployError(fault);
}

async function checkToken(
  types: readonly string[],
  { preview, record }: Look,
  { linode, log }: PreflightPorts,
): Promise<void> {
  const held = await linode.scopes();
  if (held === undefined) {
    log.info('Linode does not say which scopes linode-token has: they are not checked.');
    return;
  }
  const needed = neededScopes(types, { preview, cluster: record?.clusterId !== undefined });
  const missing = missingScopes(held, needed);
  if (missing.length === 0) return;
  throw new DeployError({
    code: 'linode-token-scopes',
    cause: `linode-token lacks the ${missing.length === 1 ? 'scope' : 'scopes'} ${missing.join(', ')}; it has ${held.join(', ') || 'none'}`,
    advice: `Make a token with ${needed.join(', ')} in Linode’s Cloud Manager, and update the secret.`,
  });
}

async function checkLock(store: StateStore): Promise<void> {
  const fault = judgeTrial(await store.tryLock());
  if (fault !== undefined) throw new DeployError(fault);
}

/**
 * Checks what the set that ships with the action is to make, where it has made nothing yet: its variables are known before
 * Terraform is there to plan. What other sets make is checked in their plan.
 */
async function checkFirst(
  settings: InfraSettings,
  texts: readonly string[],
  { store, linode }: PreflightPorts,
): Promise<void> {
  if (!settings.shipped || settings.variableFiles.length > 0 || (await store?.hasState()) !== false) return;
  const values = { ...variableDefaults(texts), ...settings.variables };
  const wish = (name: string, more: Omit<Wish, 'address' | 'value'>): readonly Wish[] => {
    const value = values[name];
    return typeof value === 'string' ? [{ address: `the variable ${name}`, value, ...more }] : [];
  };
  const wishes = [
    ...wish('k8s_version', { kind: 'version' }),
    ...wish('node_type', { kind: 'plan' }),
    ...wish('region', { kind: 'region', capabilities: ['Kubernetes', 'Block Storage'] }),
  ];
  await checkOffers(wishes, linode);
}

function together(failures: readonly ErrorDetails[]): ErrorDetails {
  const [first] = failures;
  if (first === undefined) throw new Error('there is no failure');
  if (failures.length === 1) return first;
  return {
    code: first.code,
    cause: failures.map(({ cause }) => cause).join('; and '),
    advice: failures.map(({ advice }) => advice).join(' '),
    evidence: failures.flatMap(({ evidence = [] }) => evidence),
  };
}
