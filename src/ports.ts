import type { StepName } from './errors';
import type { ImageContents } from './image/contents';
import type { IgnoreRules } from './image/ignore';
import type { CacheChoice, Recipe, SshAccess } from './image/recipe';
import type { ImageName } from './image/reference';
import type { PriceList, Prices } from './infra/prices';
import type { JsonObject } from './json';

/** What the steps need from outside, as small as they need it; `adapters/` has one file for each tool behind them. */

/** The files of the runner. Paths are absolute or below the workspace. */
export interface Files {
  kind(path: string): 'file' | 'folder' | 'missing';
  /** In bytes. */
  size(path: string): number;
  /** Gives the files below a folder at any depth, sorted, as paths relative to it; through links too, each real folder once. A link that leads nowhere is among them. */
  list(folder: string): readonly string[];
  /** Gives the files that a pattern such as `k8s/*.yaml` names, sorted. A name that begins with a dot is matched by a dot only. */
  glob(pattern: string): readonly string[];
  read(path: string): Uint8Array;
  /** Whether its owner may run a file. */
  isExecutable(path: string): boolean;
}

/** Renders a folder that has a kustomization file. */
export interface Kustomize {
  /** Gives the objects as YAML. Throws DeployError. */
  render(folder: string): Promise<string>;
}

/** Progress and warnings for the people who read the log. Every line is redacted and inert. */
export interface Log {
  info(line: string): void;
  warning(line: string): void;
  /** Lines that people open when they want them. */
  group(title: string, lines: readonly string[]): void;
}

/** Told when a step begins and ends, so that the log has its lines together; steps run side by side. */
export interface Progress {
  begin(step: StepName): void;
  /** `verdict` says in one line how it ended and how long it took. */
  end(step: StepName, verdict: string): void;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface BuildRequest extends Recipe {
  /** By name. Secret. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly ssh: SshAccess;
  readonly cache: CacheChoice;
  readonly name: ImageName;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether no layer of an earlier build is taken. */
  readonly fresh: boolean;
  /** Reference to push; without one the image is built and dropped. */
  readonly push: string | undefined;
}

export interface ImageBuilder {
  /** The processor that it builds for where no platform is asked for. */
  readonly architecture: string;
  /** Builds, and pushes where asked. Throws DeployError with the end of the build's log. */
  build(request: BuildRequest): Promise<void>;
}

/**
 * Gives the SHA-256 of a folder's content as hex digits: names, modes, links and bytes of what the rules leave in. Times and owners
 * do not count.
 */
export type ContextHash = (folder: string, rules: IgnoreRules) => Promise<string>;

export interface Registry {
  /** Gives the digest of the manifest behind a tag, or undefined where the registry has none. Throws DeployError. */
  digest(tag: string): Promise<string | undefined>;
  /**
   * Gives the manifest behind a tag one more tag. Gives what the registry says where it never moves a tag, and has that one already.
   * Throws DeployError.
   */
  addTag(present: string, added: string): Promise<string | undefined>;
  /**
   * Asks to begin an upload, as a push does, and gives what the registry says where it does not let, status first; undefined where it
   * does. It forgets an upload that nobody goes on with. Throws DeployError where there is no answer.
   */
  uploadRefusal(): Promise<string | undefined>;
  /** Gives what the image behind a tag or digest is made of. Throws DeployError. */
  contents(reference: string): Promise<ImageContents>;
  /** Whether nobody without a login can read a tag; false where there is no such tag. Throws DeployError. */
  isPrivate(tag: string): Promise<boolean>;
}

/** What the state store keeps of the last successful apply. */
export interface AppliedRecord {
  readonly fingerprint: string;
  readonly commit: string;
  readonly clusterId: number | undefined;
  /** Whether it was the set that ships with the action; records of old do not say. */
  readonly shipped?: boolean;
}

/** What the store answered to one request; `code` is the one of its error, such as `AccessDenied`, or ''. */
export interface StoreAnswer {
  readonly status: number;
  readonly code: string;
}

/** What came of taking a lock as Terraform does, by writing an object that must not be there yet; what was not tried is left out. */
export interface LockTrial {
  readonly taken: StoreAnswer;
  /** The same once more, while the object is there. */
  readonly again?: StoreAnswer;
  /** Written without the condition, because it was not taken with it. */
  readonly plain?: StoreAnswer;
  readonly released?: StoreAnswer;
}

/** The bucket that holds Terraform's state; the record of the last apply stands beside it. Every part throws DeployError where the store does not answer. */
export interface StateStore {
  readRecord(): Promise<AppliedRecord | undefined>;
  writeRecord(record: AppliedRecord): Promise<void>;
  /** Whether Terraform has saved a state there. */
  hasState(): Promise<boolean>;
  /** Takes and releases a lock of its own beside the state. */
  tryLock(): Promise<LockTrial>;
}

export interface TerraformOutputs {
  /** Base64, as the provider gives it. Secret. */
  readonly kubeconfig: string | undefined;
  readonly clusterId: number | undefined;
}

export interface Terraform {
  /** Initialises the working folder; gives the type of the backend, such as `s3`. Throws DeployError. */
  init(): Promise<string>;
  /**
   * Makes a plan, kept for apply(); gives it as Terraform's JSON. With `destroy` it is one that destroys these addresses and what needs
   * them, or all where there are none. Throws DeployError.
   */
  plan(options: { readonly lock: boolean; readonly destroy?: readonly string[] }): Promise<unknown>;
  /** Takes the mark off a resource by which Terraform would replace it. Throws DeployError. */
  untaint(address: string): Promise<void>;
  /** Applies the plan that plan() made. Throws DeployError. */
  apply(): Promise<void>;
  outputs(): Promise<TerraformOutputs>;
}

/** A region, with what is offered there, such as `Kubernetes` or `Block Storage`. */
export interface LinodeRegion {
  readonly id: string;
  readonly capabilities: readonly string[];
}

/** A node pool as Linode sees it; a node is `ready` or `not_ready`. */
export interface LinodePool {
  readonly id: number;
  readonly type: string;
  readonly nodes: readonly { readonly id: string; readonly status: string }[];
  /** How many nodes it may have: the maximum of its autoscaler, or as many as it was made with. */
  readonly most: number;
}

/** Linode's API v4, which is only read. Every part is patient with an API that is busy, and throws DeployError. */
export interface Linode {
  /** Gives the id of a cluster or volume that has this label, or undefined where none has. */
  find(kind: 'lke/clusters' | 'volumes', label: string): Promise<number | undefined>;
  /** Gives the base64 kubeconfig of a cluster, or undefined where there is no such cluster. */
  kubeconfig(clusterId: number): Promise<string | undefined>;
  /** Gives the scopes of the token, such as `lke:read_write` or `*`; undefined where Linode does not say. */
  scopes(): Promise<readonly string[] | undefined>;
  /** Gives the minor versions of Kubernetes that a new cluster can have, such as `1.35`. */
  kubernetesVersions(): Promise<readonly string[]>;
  regions(): Promise<readonly LinodeRegion[]>;
  /** Gives the plans of nodes and instances, such as `g6-standard-2`. */
  plans(): Promise<readonly string[]>;
  pools(clusterId: number): Promise<readonly LinodePool[]>;
}

/** A Block Storage volume. */
export interface LinodeVolume {
  readonly id: number;
  readonly label: string;
  /** In GB. */
  readonly size: number;
  readonly region: string;
}

export interface LinodeBalancer {
  readonly id: number;
  readonly label: string;
  readonly region: string;
  /** Such as `common`. */
  readonly plan: string;
}

/** What Linode made for objects of a cluster, and bills on when the cluster is gone. Every part throws DeployError. */
export interface MadeForClusters {
  /** Gives the volumes that carry a tag. */
  volumes(tag: string): Promise<readonly LinodeVolume[]>;
  /** Adds a tag to a volume. Gives whether the volume is there. */
  tagVolume(id: number, tag: string): Promise<boolean>;
  /** Deletes a volume, or does nothing where it is gone. Gives why Linode refuses, or undefined where it does not. */
  deleteVolume(id: number): Promise<string | undefined>;
  /** Gives the NodeBalancers of a cluster, also of one that is gone. */
  balancers(clusterId: number): Promise<readonly LinodeBalancer[]>;
}

/** Linode's public price lists. */
export interface PriceLists {
  /** Gives the prices of these lists. Throws DeployError. */
  read(lists: readonly PriceList[]): Promise<Prices>;
}

/** Names one kind of object at the API server. */
export interface ResourceType {
  readonly apiVersion: string;
  readonly kind: string;
  /** The plural in the URL, such as `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ObjectKey {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly dryRun: boolean;
  readonly force: boolean;
}

/** An answer of the API server: the object, or its Status with the code. */
export type ApiAnswer =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly code: number; readonly status: JsonObject };

/** The API server of one cluster: raw JSON in, raw JSON out. Only the connection fails by throwing DeployError. */
export interface Cluster {
  /** Gives the types of an apiVersion, or an empty list where the server has none. */
  types(apiVersion: string): Promise<readonly ResourceType[]>;
  /** Gives a type by `Kind.group`, in the version that the server prefers; undefined where it has none. */
  typeOf(groupKind: string): Promise<ResourceType | undefined>;
  get(key: ObjectKey): Promise<ApiAnswer>;
  /** Server-side apply, for creating as for changing. */
  apply(key: ObjectKey, object: JsonObject, options: ApplyOptions): Promise<ApiAnswer>;
  /** Deletes an object if it still has this uid; what it owns is deleted after it. */
  remove(key: ObjectKey, uid: string): Promise<ApiAnswer>;
  /** Changes a live object by the operations of a JSON Patch (RFC 6902). */
  patch(key: ObjectKey, operations: readonly JsonObject[]): Promise<ApiAnswer>;
  /**
   * Gives the objects of a type, all or those that label and field selectors name, each with its apiVersion and kind. Throws
   * DeployError where that is refused.
   */
  list(
    type: ResourceType,
    namespace: string | undefined,
    labels?: string,
    fields?: string,
  ): Promise<readonly JsonObject[]>;
  /** Gives the last lines that a container wrote; of its run before this one when `previous`. */
  logs(
    namespace: string,
    pod: string,
    container: string,
    options: { readonly previous: boolean; readonly lines: number },
  ): Promise<readonly string[]>;
}

/** A store of Object Storage. */
export interface Store {
  /** Such as `us-east`. */
  readonly region: string;
  /** Such as `us-east-1.linodeobjects.com`. */
  readonly host: string;
}

export interface StorageBucket extends Store {
  readonly label: string;
}

export interface StorageKey {
  readonly id: number;
  readonly label: string;
  /** The buckets that it opens; none where it opens all. */
  readonly buckets: readonly { readonly region: string; readonly name: string }[];
}

export interface NewKey {
  readonly id: number;
  /** Secret, as the one below, which is told this once. */
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Object Storage of a Linode account. All of it throws DeployError. */
export interface StorageAccount {
  stores(): Promise<readonly Store[]>;
  buckets(): Promise<readonly StorageBucket[]>;
  makeBucket(label: string, region: string): Promise<StorageBucket>;
  keys(): Promise<readonly StorageKey[]>;
  /** Makes a key that opens this bucket and nothing else. */
  makeKey(label: string, bucket: StorageBucket): Promise<NewKey>;
  removeKey(id: number): Promise<void>;
}

/** The Actions secrets of the repository: their values can be written, never read. */
export interface RepositorySecrets {
  /** Throws DeployError. */
  names(): Promise<readonly string[]>;
  /** Makes a secret, or replaces its value. Throws DeployError. */
  write(name: string, value: string): Promise<void>;
}

export interface MergedPullRequest {
  readonly number: number;
  /** The newest commit of its branch when it was merged. */
  readonly head: string;
}

/** The pull requests of the repository, and in each the comment of our own account that starts with a marker. */
export interface PullRequests {
  /**
   * Sets the text of the comment to what `edit` makes of the present one, undefined where there is none; leaves it where that is
   * undefined. Gives its URL, or undefined where there is none or the token may not.
   */
  editComment(
    pullRequest: number,
    marker: string,
    edit: (text: string | undefined) => string | undefined,
  ): Promise<string | undefined>;
  /** Gives the text of the comment, or undefined where there is none. Throws DeployError. */
  readComment(pullRequest: number, marker: string): Promise<string | undefined>;
  /** Gives those that were merged into a branch, any where it is undefined, and brought a commit. Throws DeployError. */
  mergedWith(commit: string, branch: string | undefined): Promise<readonly MergedPullRequest[]>;
  /** Gives those that were merged into a branch after one commit and up to another. Throws DeployError. */
  mergedSince(
    before: string,
    commit: string,
    branch: string | undefined,
  ): Promise<readonly MergedPullRequest[]>;
}

export interface Issue {
  readonly number: number;
  readonly open: boolean;
}

export interface IssueText {
  readonly title: string;
  readonly body: string;
}

/** The issues of the repository that our own account wrote. Every call throws DeployError where it is refused. */
export interface Issues {
  /** Gives the newest whose text starts with `marker`, open or closed. */
  find(marker: string): Promise<Issue | undefined>;
  /** Gives the URL of the new issue. */
  open(text: IssueText): Promise<string>;
  /** Opens it again, where it is closed. Gives its URL. */
  rewrite(number: number, text: IssueText): Promise<string>;
  close(number: number, comment: string): Promise<void>;
}
