import { deposedVolume } from './deposed.ts';
import type { Terraform } from './terraform.ts';

/** The simulated account at Linode. */
export interface Account {
  readonly send: (method: string, path: string, body?: object) => Promise<{ readonly id?: number }>;
}

export interface Workspace {
  readonly terraform: Terraform;
  /** Makes a text the configuration. */
  readonly write: (configuration: string) => Promise<void>;
}

type Work = (account: Account, workspace: Workspace) => Promise<void>;

/** How a plan comes about. */
export interface PlanCase {
  /** What is done before anything else, such as taking over what the account has. */
  readonly prepare?: Work;
  /** A configuration that is applied, and what is done to it then. */
  readonly before?: { readonly configuration: string; readonly then?: Work };
  /** The configuration that is planned. */
  readonly after: string;
  /** Further options of `terraform plan`. */
  readonly options?: readonly string[];
}

const HEAD = `terraform {
  required_providers {
    linode = { source = "linode/linode", version = "3.13.0" }
    local  = { source = "hashicorp/local", version = "2.5.3" }
  }
}
`;
const volume = (name: string, given = '', size = 20): string =>
  `resource "linode_volume" "${name}" {\n  label = "${name}"\n  region = "us-east"\n  size = ${size}\n  ${given}\n}\n`;
const data = (name: string, given: string): string =>
  `resource "terraform_data" "${name}" {\n  ${given}\n}\n`;
const DATA = `${HEAD}${volume('data')}`;

const pool = (given: string, type = 'g6-standard-2'): string =>
  `  pool {\n    type = "${type}"\n    ${given}\n  }\n`;
const cluster = (pools: string, given = '', version = '1.34'): string =>
  `${HEAD}resource "linode_lke_cluster" "bot" {\n  label = "bot"\n  region = "us-east"\n  k8s_version = "${version}"\n${given}${pools}}\n`;
const SCALED = 'autoscaler {\n      min = 1\n      max = 5\n    }';

interface Pool {
  readonly count: number;
  readonly type?: string;
  readonly scaled?: boolean;
}

/** A cluster that the account has, taken over: making one would wait for its nodes. */
const having =
  (pools: readonly Pool[], more: object = {}): Work =>
  async (account, { terraform, write }) => {
    const { id } = await account.send('POST', '/v4/lke/clusters', {
      label: 'bot',
      region: 'us-east',
      k8s_version: '1.34',
      node_pools: pools.map(({ count, type = 'g6-standard-2', scaled = false }) => ({
        count,
        type,
        ...(scaled ? { autoscaler: { enabled: true, min: 1, max: 5 } } : {}),
      })),
      ...more,
    });
    await write(cluster(pools.map(({ count, type }) => pool(`count = ${count}`, type)).join('')));
    await terraform('import', '-input=false', 'linode_lke_cluster.bot', String(id));
  };
const three = [{ count: 3 }];

/** Gives the case of a cluster with pools that is changed. */
const changed = (pools: readonly Pool[], after: string, more: object = {}): PlanCase => ({
  prepare: having(pools, more),
  after,
});
/** Gives the case of a configuration without a cluster that is changed. */
const altered = (before: string, after: string, then?: Work, options?: readonly string[]): PlanCase => ({
  before: { configuration: before, ...(then === undefined ? {} : { then }) },
  after,
  ...(options === undefined ? {} : { options }),
});
const HA = '  control_plane {\n    high_availability = true\n  }\n';
const LIFE = (given: string): string => `lifecycle {\n    ${given}\n  }`;
const SECRET =
  'variable "password" {\n  type = string\n  sensitive = true\n  default = "hunter2-of-the-fixture"\n}\n';
const firstVolume = async (account: Account, method: string, body?: object, path = ''): Promise<void> => {
  const { data: volumes } = (await account.send('GET', '/v4/volumes')) as unknown as {
    readonly data: readonly { readonly id: number }[];
  };
  await account.send(method, `/v4/volumes/${volumes[0]?.id}${path}`, body);
};
const bucket = (given: string): string =>
  `${HEAD}resource "linode_object_storage_bucket" "files" {\n  label = "files"\n  region = "us-east"\n  ${given}\n}\n`;
const nodePool = (given: string): string =>
  `${cluster(pool('count = 3'))}resource "linode_lke_node_pool" "more" {\n  cluster_id = linode_lke_cluster.bot.id\n  ${given}\n}\n`;
const withNodePool = (given: string, after: string): PlanCase => ({
  async prepare(account, workspace) {
    await having(three)(account, workspace);
    await workspace.write(nodePool(given));
    await workspace.terraform('apply', '-auto-approve', '-input=false');
  },
  after,
});

/** The plans that are made, by name. */
export const cases: Readonly<Record<string, PlanCase>> = {
  'first-apply': { after: `${cluster(pool(SCALED))}${volume('data')}` },
  'nothing-changes': altered(DATA, DATA),
  'output-only': altered(DATA, `${DATA}output "id" {\n  value = linode_volume.data.id\n}\n`),
  'output-removed': altered(`${DATA}output "id" {\n  value = linode_volume.data.id\n}\n`, DATA),
  'output-sensitive': altered(
    DATA,
    `${DATA}${SECRET}output "secret" {\n  value = var.password\n  sensitive = true\n}\n`,
  ),

  'pool-type': changed(three, cluster(pool('count = 3', 'g6-standard-4'))),
  'pool-shrinks': changed(three, cluster(pool('count = 1'))),
  'pool-grows': changed(three, cluster(pool('count = 5'))),
  'pool-count-beside-autoscaler': changed(
    [{ count: 3, scaled: true }],
    cluster(pool(`count = 1\n    ${SCALED}`)),
  ),
  'pool-autoscaler-added': changed(three, cluster(pool(SCALED))),
  'pool-first-removed': changed(
    [{ count: 3 }, { count: 1, type: 'g6-standard-4' }],
    cluster(pool('count = 1', 'g6-standard-4')),
  ),
  'pool-last-removed': changed(
    [{ count: 3 }, { count: 1, type: 'g6-standard-4' }],
    cluster(pool('count = 3')),
  ),
  'pool-added': changed(three, cluster(pool('count = 3') + pool('count = 1', 'g6-standard-4'))),
  'version-up': changed(three, cluster(pool('count = 3'), '', '1.35')),
  'version-up-one-node': changed([{ count: 1 }], cluster(pool('count = 1'), '', '1.35')),
  'version-down': changed(three, cluster(pool('count = 3'), '', '1.33')),
  'ha-on': changed(three, cluster(pool('count = 3'), HA)),
  'ha-off': changed(
    three,
    cluster(pool('count = 3'), '  control_plane {\n    high_availability = false\n  }\n'),
    { control_plane: { high_availability: true } },
  ),
  'access-list-on': changed(
    three,
    cluster(
      pool('count = 3'),
      '  control_plane {\n    acl {\n      enabled = true\n      addresses {\n        ipv4 = ["203.0.113.7/32"]\n      }\n    }\n  }\n',
    ),
  ),
  'cluster-label': changed(three, cluster(pool('count = 3')).replace('label = "bot"', 'label = "robot"')),
  'cluster-region': changed(three, cluster(pool('count = 3')).replace('us-east', 'eu-central')),
  'cluster-removed': changed(three, HEAD),
  'cluster-tainted': {
    async prepare(account, workspace) {
      await having(three)(account, workspace);
      await workspace.terraform('taint', 'linode_lke_cluster.bot');
    },
    after: cluster(pool('count = 3')),
  },
  'cluster-gone': {
    async prepare(account, workspace) {
      await having(three)(account, workspace);
      await account.send('POST', '/_sandbox/reset');
    },
    after: cluster(pool('count = 3')),
  },
  'cluster-grown-by-hand': {
    async prepare(account, workspace) {
      await having(three)(account, workspace);
      const { data: clusters } = (await account.send('GET', '/v4/lke/clusters')) as unknown as {
        readonly data: readonly { readonly id: number }[];
      };
      await account.send('POST', `/v4/lke/clusters/${clusters[0]?.id}/pools`, {
        type: 'g6-standard-4',
        count: 2,
      });
    },
    after: cluster(pool('count = 3')),
  },
  'node-pool-created': {
    prepare: having(three),
    after: nodePool('type = "g6-standard-2"\n  node_count = 2'),
  },
  'node-pool-shrinks': withNodePool(
    'type = "g6-standard-2"\n  node_count = 3',
    nodePool('type = "g6-standard-2"\n  node_count = 1'),
  ),
  'node-pool-type': withNodePool(
    'type = "g6-standard-2"\n  node_count = 2',
    nodePool('type = "g6-standard-4"\n  node_count = 2'),
  ),
  'node-pool-removed': withNodePool('type = "g6-standard-2"\n  node_count = 2', cluster(pool('count = 3'))),

  'volume-grows': altered(DATA, `${HEAD}${volume('data', '', 40)}`),
  'volume-shrinks': altered(DATA, `${HEAD}${volume('data', '', 10)}`),
  'volume-region': altered(DATA, DATA.replace('us-east', 'eu-central')),
  'volume-encryption': altered(DATA, `${HEAD}${volume('data', 'encryption = "disabled"')}`),
  'volume-created-first': altered(
    `${HEAD}${volume('data', LIFE('create_before_destroy = true'))}`,
    `${HEAD}${volume('data', LIFE('create_before_destroy = true'))}`.replace('us-east', 'eu-central'),
  ),
  'volume-removed': altered(`${DATA}${volume('other')}`, DATA),
  'volume-label-by-hand': altered(DATA, DATA, (account) => firstVolume(account, 'PUT', { label: 'renamed' })),
  'volume-gone': altered(DATA, DATA, (account) => firstVolume(account, 'DELETE')),
  'volume-resized-by-hand': altered(DATA, DATA, (account) =>
    firstVolume(account, 'POST', { size: 50 }, '/resize'),
  ),
  'volume-deposed': deposedVolume(HEAD, volume),
  'everything-removed': altered(`${DATA}${volume('other')}`, HEAD),
  'other-set': altered(DATA, `${cluster(pool(SCALED))}${volume('shipped')}`),
  'destroy-plan': altered(`${DATA}${volume('other')}`, `${DATA}${volume('other')}`, undefined, ['-destroy']),
  'replace-asked-for': altered(DATA, DATA, undefined, ['-replace=linode_volume.data']),
  'replace-triggered': altered(
    `${HEAD}${data('key', 'input = 1')}${volume('data', LIFE('replace_triggered_by = [terraform_data.key]'))}`,
    `${HEAD}${data('key', 'input = 2')}${volume('data', LIFE('replace_triggered_by = [terraform_data.key]'))}`,
  ),
  'refresh-only': altered(DATA, DATA, (account) => firstVolume(account, 'PUT', { label: 'renamed' }), [
    '-refresh-only',
  ]),

  'count-falls': altered(
    `${HEAD}${volume('v', 'count = 2').replace('"v"\n', '"v-${count.index}"\n')}`,
    `${HEAD}${volume('v', 'count = 1').replace('"v"\n', '"v-${count.index}"\n')}`,
  ),
  'key-removed': altered(
    `${HEAD}${volume('v', 'for_each = toset(["a", "b"])').replace('label = "v"', 'label = each.key')}`,
    `${HEAD}${volume('v', 'for_each = toset(["a"])').replace('label = "v"', 'label = each.key')}`,
  ),
  'count-added': altered(`${HEAD}${volume('v')}`, `${HEAD}${volume('v', 'for_each = toset(["v"])')}`),
  moved: altered(
    DATA,
    `${HEAD}${volume('kept').replace('label = "kept"', 'label = "data"')}moved {\n  from = linode_volume.data\n  to   = linode_volume.kept\n}\n`,
  ),
  'moved-and-changed': altered(
    DATA,
    `${HEAD}${volume('kept', '', 40).replace('label = "kept"', 'label = "data"')}moved {\n  from = linode_volume.data\n  to   = linode_volume.kept\n}\n`,
  ),
  forgotten: altered(
    `${DATA}${volume('other')}`,
    `${DATA}removed {\n  from = linode_volume.other\n  lifecycle {\n    destroy = false\n  }\n}\n`,
  ),
  'forgotten-and-more': altered(
    `${DATA}${volume('other')}`,
    `${DATA.replace('size = 20', 'size = 40')}removed {\n  from = linode_volume.other\n  lifecycle {\n    destroy = false\n  }\n}\n`,
  ),
  imported: {
    prepare: async (account) =>
      void (await account.send('POST', '/v4/volumes', { label: 'data', region: 'us-east', size: 20 })),
    after: `${DATA}import {\n  to = linode_volume.data\n  id = "585001"\n}\n`,
  },
  'imported-and-changed': {
    prepare: async (account) =>
      void (await account.send('POST', '/v4/volumes', { label: 'data', region: 'us-east', size: 10 })),
    after: `${DATA}import {\n  to = linode_volume.data\n  id = "585001"\n}\n`,
  },

  'check-fails': altered(
    DATA,
    `${DATA}check "size" {\n  assert {\n    condition     = linode_volume.data.size > 30\n    error_message = "The volume is too small."\n  }\n}\n`,
  ),
  'check-unknown': {
    after: `${DATA}check "id" {\n  assert {\n    condition     = linode_volume.data.id != ""\n    error_message = "There is no id."\n  }\n}\n`,
  },
  'precondition-fails': {
    after: `${HEAD}${data('a', 'lifecycle {\n    precondition {\n      condition     = linode_volume.data.size > 30\n      error_message = "The volume is too small."\n    }\n  }')}${volume('data')}`,
  },

  'secret-copied': altered(
    `${HEAD}${SECRET}${data('a', 'input = var.password')}${data('b', 'input = nonsensitive(var.password)')}`,
    `${HEAD}${SECRET.replace('hunter2', 'hunter3')}${data('a', 'input = var.password')}${data('b', 'input = nonsensitive(var.password)')}`,
  ),
  'secret-in-part': altered(
    `${HEAD}${SECRET}${data('a', 'input = { shown = 1, hidden = var.password, port = sensitive(8080) }')}`,
    `${HEAD}${SECRET}${data('a', 'input = { shown = 2, hidden = "${var.password}-2", port = sensitive(9090) }')}`,
  ),
  'secret-in-list': altered(
    `${HEAD}${SECRET}${data('a', 'input = ["shown", var.password]')}`,
    `${HEAD}${SECRET}${data('a', 'input = ["changed", "${var.password}-2"]')}`,
  ),
  'file-missing': altered(
    `${HEAD}resource "local_file" "k" {\n  filename = "k.txt"\n  content = "x"\n}\n${volume('data')}`,
    `${HEAD}resource "local_file" "k" {\n  filename = "k.txt"\n  content = "x"\n}\n${volume('data')}`,
    async (_, { terraform }) => void (await terraform('state', 'rm', 'local_file.k')),
  ),
  'file-secret': {
    after: `${HEAD}${SECRET}resource "local_sensitive_file" "k" {\n  filename = "k.txt"\n  content = var.password\n}\n${volume('data')}`,
  },
  'file-removed': altered(
    `${DATA}resource "local_file" "k" {\n  filename = "k.txt"\n  content = "x"\n}\n`,
    DATA,
  ),
  'bucket-public': altered(bucket('acl = "private"'), bucket('acl = "public-read"')),
  'bucket-removed': altered(bucket('acl = "private"'), HEAD),
  'key-created': { after: `${HEAD}resource "linode_object_storage_key" "state" {\n  label = "state"\n}\n` },
  'key-destroyed': altered(
    `${DATA}resource "linode_object_storage_key" "state" {\n  label = "state"\n}\n`,
    DATA,
  ),

  'hostile-keys': {
    after: `${HEAD}${data('x', 'for_each = toset(["</details>", "\\`\\`\\`", "a|b", "@octocat", "::set-output name=x::y", "<!-- x -->", "#1", "]*_"])\n  input = "\\`\\`\\`\\n</details>\\n::error::${each.key}"'.replaceAll('\\`', '`'))}`,
  },
  'long-values': altered(
    `${HEAD}${data('x', 'input = join("", [for i in range(1000) : "long value "])')}`,
    `${HEAD}${data('x', 'input = "${join("", [for i in range(1000) : "long value "])} and its end"')}`,
  ),
  'many-emoji': { after: `${HEAD}${data('x', 'input = join("", [for i in range(1000) : "🚀"])')}` },
};
