import { at, listAt, numberAt, textAt } from '../json';
import { databaseConsequences, firewallConsequences, instanceConsequences } from './linode-services';
import { accessList, highAvailability, versionConsequences } from './linode-cluster';
import { guarded, told, type Consequence } from './consequence';
import type { PlanAction } from './plan-action';
import { nodePoolConsequences, poolConsequences } from './pools';

/** What goes with a resource that is deleted, or replaced by an empty one. */
const LOSSES: Readonly<Record<string, string>> = {
  linode_lke_cluster:
    'every workload and all node-local data go with it; a new one has another address and other credentials; volumes of claims that are retained and NodeBalancers stay and are billed',
  linode_lke_node_pool: 'its nodes go at once with what runs on them',
  linode_volume: 'all data on it is lost',
  linode_object_storage_bucket: 'all objects in it are lost; where it holds a Terraform state, so is that',
  linode_object_storage_key:
    'what uses the old key has no access any more; where that is the state’s own, set STATE_ACCESS_KEY and STATE_SECRET_KEY anew',
  linode_instance: 'its disks and addresses are lost',
  linode_instance_disk: 'all data on it is lost',
  linode_nodebalancer: 'its address is lost: DNS that points there leads nowhere',
  linode_nodebalancer_config: 'its port takes no traffic any more',
  linode_firewall: 'what it guarded is open until another one guards it',
  linode_database_mysql: 'all its data and backups are lost',
  linode_database_mysql_v2: 'all its data and backups are lost',
  linode_database_postgresql: 'all its data and backups are lost',
  linode_database_postgresql_v2: 'all its data and backups are lost',
  linode_domain: 'none of its names is found any more',
};

type Rule = (before: unknown, after: unknown) => readonly Consequence[];

/** What changes that Terraform calls "in-place" really do; seen with the provider and Linode's API, or in the documentation of both. */
const RULES: Readonly<Record<string, Rule>> = {
  linode_lke_cluster: (before, after) => [
    ...poolConsequences(before, after),
    ...versionConsequences(before, after),
    ...highAvailability(before, after),
    ...accessList(before, after),
  ],
  linode_lke_node_pool: (before, after) => [
    ...nodePoolConsequences(before, after),
    ...versionConsequences(before, after),
  ],
  linode_volume: volume,
  linode_object_storage_bucket: bucket,
  linode_instance: instanceConsequences,
  linode_database_mysql_v2: databaseConsequences,
  linode_database_postgresql_v2: databaseConsequences,
  linode_firewall: firewallConsequences,
};

/** Gives what a change does at Linode beyond what Terraform says; `counted` tells a count beside an autoscaler. */
export function consequencesOf(
  type: string,
  action: PlanAction,
  change: unknown,
  counted: boolean,
): readonly Consequence[] {
  const loss = LOSSES[type];
  switch (action) {
    case 'delete':
    case 'replace':
      return loss === undefined ? [] : [told(loss)];
    case 'forget':
      return [told('it stays as it is and is billed, but Terraform knows it no more')];
    case 'forget-and-create':
      return [
        told(
          'the old one stays as it is and is billed, but Terraform knows it no more; the new one is empty',
        ),
      ];
    case 'update':
      return [...(RULES[type]?.(at(change, 'before'), at(change, 'after')) ?? []), ...autoscaling(counted)];
    case 'create':
      return autoscaling(counted);
    case 'move':
    case 'import':
    case 'other':
      return [];
  }
}

function autoscaling(counted: boolean): readonly Consequence[] {
  return counted
    ? [
        told(
          'a count stands beside the autoscaler: each apply sets the pool back to it and deletes the nodes that the autoscaler added; leave the count out',
        ),
      ]
    : [];
}

function volume(before: unknown, after: unknown): readonly Consequence[] {
  const [old, size] = [numberAt(before, 'size'), at(after, 'size')];
  const shrinks = typeof size === 'number' && size < old;
  const [attached, next] = [numberAt(before, 'linode_id'), at(after, 'linode_id')];
  return [
    ...(shrinks
      ? [
          {
            weight: 'impossible',
            code: 'infra-volume-shrinks',
            text: `its size would fall from ${old} GB to ${size} GB, and a volume can only grow`,
          } as const,
        ]
      : []),
    ...(!shrinks && typeof size === 'number' && size > old
      ? [
          told(
            `it grows from ${old} GB to ${size} GB, and cannot shrink again; the file system on it is to be grown too`,
          ),
        ]
      : []),
    ...(attached !== 0 && (next === null || (typeof next === 'number' && next !== attached))
      ? [guarded(`it is detached from Linode ${attached}: what is mounted there fails`)]
      : []),
  ];
}

function bucket(before: unknown, after: unknown): readonly Consequence[] {
  const open = textAt(after, 'acl').startsWith('public-') && textAt(after, 'acl') !== textAt(before, 'acl');
  const expires = (side: unknown): number =>
    listAt(side, 'lifecycle_rule').filter((rule) => listAt(rule, 'expiration').length > 0).length;
  const versioned = at(before, 'versioning') === true && at(after, 'versioning') === false;
  return [
    ...(open ? [told(`everybody may read what is in it (${textAt(after, 'acl')})`)] : []),
    ...(expires(after) > expires(before)
      ? [guarded('a new rule deletes objects when they are old enough')]
      : []),
    ...(versioned ? [told('what is overwritten or deleted from then on cannot be brought back')] : []),
  ];
}
