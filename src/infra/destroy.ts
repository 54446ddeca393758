import { DeployError } from '../errors';
import { at, listAt, numberAt, textAt } from '../json';
import type { AppliedRecord, Files, Linode, Log, StateStore, Terraform } from '../ports';
import type { InfraSettings } from '../settings/settings';
import { readPlan, type PlanChange, type PlanSummary } from './plan';
import { sensitiveValues } from './plan-secrets';
import { planLines } from './plan-words';
import { preflight } from './preflight';

/** What serves, or is made again from its configuration: the confirmation is enough for it. All else of a provider may hold data. */
const SERVES =
  /^(?:linode_(?:lke_|nodebalancer|firewall|vpc|domain|object_storage_key|token|sshkey|stackscript|rdns|placement_group)|(?:local|null|terraform|random|time|tls|template|archive|external)_)/;

const MOST_NAMED = 5;

export interface DestroyPorts {
  readonly files: Files;
  readonly store: StateStore | undefined;
  readonly linode: Linode;
  readonly terraform: Terraform;
  readonly log: Log;
  readonly mask: (secret: string) => void;
}

export interface DestroyPlan {
  readonly plan: PlanSummary;
  /** The ids of the clusters that it destroys. */
  readonly clusters: readonly number[];
  /** What holds data and is kept, in the state too. */
  readonly kept: readonly KeptResource[];
  /** The last successful apply. */
  readonly record: AppliedRecord | undefined;
}

/** A resource that a destruction leaves. */
export interface KeptResource {
  readonly address: string;
  readonly type: string;
  /** At Linode; undefined where it has none that is a number. */
  readonly id: number | undefined;
  readonly label: string;
  /** In GB, of a volume. */
  readonly size: number | undefined;
  readonly region: string;
}

/**
 * Plans the destruction of all that the state knows. What holds data is kept, unless `data` is given or allow-destroy names it: the
 * plan then leaves it out, and the state goes on knowing it. The configuration must be initialised. Throws DeployError.
 */
export async function planDestruction(
  settings: InfraSettings,
  { data }: { readonly data: boolean },
  ports: DestroyPorts,
): Promise<DestroyPlan> {
  const record = await ports.store?.readRecord();
  // Without one nothing was applied to its end: what there is, Terraform alone knows.
  if (record !== undefined) await preflight(settings, { preview: false, record }, ports);
  const goes = (change: PlanChange): boolean =>
    data || SERVES.test(change.type) || settings.allowDestroy.includes(change.address);
  const whole = await planned([], goes, ports);
  const { changes } = whole.plan;
  const rest = changes.filter(goes).map(({ address }) => address);
  const kept = changes.filter((change) => !goes(change));
  const result =
    kept.length === 0
      ? whole
      : rest.length === 0
        ? { ...whole, plan: { ...whole.plan, changes: [], outputsChanged: [] } }
        : await planned(rest, goes, ports);
  for (const line of planLines(result.plan)) ports.log.info(line);
  const held = result.plan.changes.filter(({ guard }) => guard === 'blocked' || guard === 'impossible');
  if (held.length > 0) throw holdsData(held, result.plan);
  const entries = listAt(whole.json, 'resource_changes');
  return {
    plan: result.plan,
    clusters: entries
      .filter((entry) => isCluster(entry, result.plan))
      .map(idOf)
      .filter((id) => id !== undefined),
    kept: kept.map((change) => keptResource(change, entries)),
    record,
  };
}

function holdsData(held: readonly PlanChange[], plan: PlanSummary): DeployError {
  const addresses = held.map(({ address }) => address);
  return new DeployError({
    code: 'infra-destroy-blocked',
    cause: `${addresses.slice(0, MOST_NAMED).join(', ')}${addresses.length > MOST_NAMED ? ` and ${addresses.length - MOST_NAMED} more` : ''} may hold data, and would go with what is destroyed, which ${addresses.length === 1 ? 'it needs' : 'they need'}`,
    advice:
      'Name the addresses in allow-destroy, or give destroy-data, to delete them too. Nothing was changed.',
    evidence: addresses,
    plan,
  });
}

/**
 * Applies the plan of a destruction. The record of the last apply vouches for nothing from then on, so that the next deploy makes all
 * anew; it goes on naming the cluster, by which a later run finds what is left of it. Throws DeployError.
 */
export async function applyDestruction(
  { plan, record, clusters }: DestroyPlan,
  { commit }: { readonly commit: string },
  { terraform, store }: Pick<DestroyPorts, 'terraform' | 'store'>,
): Promise<boolean> {
  const applied = plan.changes.length > 0 || plan.outputsChanged.length > 0;
  if (!applied && record === undefined) return false;
  // The state knows better than a record that an apply did not come to write.
  const clusterId = clusters[0] ?? record?.clusterId;
  await store?.writeRecord({ fingerprint: '', commit: record?.commit ?? commit, clusterId });
  if (applied) await terraform.apply();
  return applied;
}

interface PlannedDestruction {
  readonly plan: PlanSummary;
  readonly json: unknown;
}

/** What the confirmation does not cover is blocked, as it is in a deploy. */
async function planned(
  addresses: readonly string[],
  goes: (change: PlanChange) => boolean,
  { terraform, mask }: DestroyPorts,
): Promise<PlannedDestruction> {
  const json = await terraform.plan({ lock: true, destroy: addresses });
  for (const secret of sensitiveValues(json)) mask(secret);
  const plan = readPlan(json);
  const changes = plan.changes.map((change): PlanChange =>
    goes(change) && change.guard === 'blocked' ? { ...change, guard: 'free' } : change,
  );
  return { plan: { ...plan, changes }, json };
}

function isCluster(entry: unknown, { changes }: PlanSummary): boolean {
  const address = textAt(entry, 'address');
  return (
    textAt(entry, 'type') === 'linode_lke_cluster' && changes.some((change) => change.address === address)
  );
}

/** The provider gives ids as texts. */
function idOf(entry: unknown): number | undefined {
  const id = Number(at(entry, 'change', 'before', 'id') ?? Number.NaN);
  return Number.isInteger(id) ? id : undefined;
}

function keptResource({ address, type }: PlanChange, entries: readonly unknown[]): KeptResource {
  const entry = entries.find((each) => textAt(each, 'address') === address);
  const before = at(entry, 'change', 'before');
  return {
    ...{ address, type, id: idOf(entry) },
    label: textAt(before, 'label'),
    size: numberAt(before, 'size') || undefined,
    region: textAt(before, 'region'),
  };
}
