/** What the simulated account holds. Moments called `…At` are in milliseconds since 1970. */
export interface LinodeState {
  lastId: number;
  clusters: Cluster[];
  volumes: Volume[];
  events: LinodeEvent[];
  buckets: Bucket[];
  keys: ObjectStorageKey[];
  firewalls: Firewall[];
  nodeBalancers: NodeBalancer[];
}

export interface AccessControlList {
  readonly enabled: boolean;
  readonly addresses: { readonly ipv4: readonly string[]; readonly ipv6: readonly string[] };
}

export interface Cluster {
  readonly id: number;
  readonly created: string;
  updated: string;
  label: string;
  readonly region: string;
  k8s_version: string;
  high_availability: boolean;
  audit_logs_enabled: boolean;
  tags: readonly string[];
  acl: AccessControlList;
  pools: Pool[];
  /** Calls that the kubeconfig and the API endpoints still answer with 503. */
  pending: { kubeconfig: number; apiEndpoints: number };
}

export interface Autoscaler {
  readonly enabled: boolean;
  readonly min: number;
  readonly max: number;
}

export interface PoolSettings {
  label: string;
  autoscaler: Autoscaler;
  labels: Readonly<Record<string, string>>;
  taints: readonly object[];
  tags: readonly string[];
}

export interface Pool extends PoolSettings {
  readonly id: number;
  readonly type: string;
  readonly disk_encryption: string;
  readonly disks: readonly object[];
  nodes: Node[];
}

export interface Node {
  readonly id: string;
  readonly instance_id: number;
  readonly readyAt: number;
}

export interface Volume {
  readonly id: number;
  label: string;
  readonly created: string;
  updated: string;
  size: number;
  readonly region: string;
  tags: readonly string[];
  readonly encryption: string;
  /** What it is busy with until `activeAt`. */
  busy: 'creating' | 'resizing';
  activeAt: number;
}

export interface LinodeEvent {
  readonly id: number;
  readonly action: 'linode_delete';
  readonly created: string;
  readonly entity: {
    readonly id: number;
    readonly type: 'linode';
    readonly label: string;
    readonly url: string;
  };
}

export interface Bucket {
  readonly label: string;
  readonly region: string;
  readonly created: string;
  acl: string;
  cors_enabled: boolean;
}

export interface ObjectStorageKey {
  readonly id: number;
  label: string;
  readonly access_key: string;
  readonly bucket_access: readonly BucketAccess[] | null;
  readonly regions: readonly string[];
}

export interface BucketAccess {
  readonly region: string;
  readonly bucket_name: string;
  readonly permissions: string;
}

export interface FirewallRules {
  readonly inbound?: readonly object[];
  readonly inbound_policy: string;
  readonly outbound?: readonly object[];
  readonly outbound_policy: string;
}

export interface Firewall {
  readonly id: number;
  label: string;
  readonly created: string;
  updated: string;
  status: string;
  rules: FirewallRules;
  /** Of the rules. */
  version: number;
  tags: readonly string[];
}

export interface NodeBalancer {
  readonly id: number;
  readonly label: string;
  readonly region: string;
  readonly tags: readonly string[];
  readonly created: string;
  readonly updated: string;
  /** The cluster that it was made for. */
  readonly cluster: { readonly id: number; readonly label: string } | undefined;
}

export function emptyState(): LinodeState {
  return {
    lastId: 585_000,
    clusters: [],
    volumes: [],
    events: [],
    buckets: [],
    keys: [],
    firewalls: [],
    nodeBalancers: [],
  };
}

/** Gives an identifier that the account has never used. */
export function takeId(state: LinodeState): number {
  state.lastId += 1;
  return state.lastId;
}

/** Writes a moment as Linode does: UTC, seconds, no zone. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19);
}
