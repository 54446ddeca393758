/** What of Linode's API a resource of the provider needs, by the first word of its type that fits. */
const SCOPES: readonly (readonly [prefix: string, scopes: readonly string[]])[] = [
  // Recycling and deleting nodes is followed by Linode's events.
  ['linode_lke_', ['lke:read_write', 'events:read_only']],
  ['linode_volume', ['volumes:read_write']],
  ['linode_object_storage_', ['object_storage:read_write']],
  ['linode_firewall', ['firewall:read_write']],
  ['linode_nodebalancer', ['nodebalancers:read_write']],
  ['linode_instance', ['linodes:read_write', 'events:read_only']],
  ['linode_database_', ['databases:read_write', 'events:read_only']],
  ['linode_domain', ['domains:read_write']],
  ['linode_image', ['images:read_write', 'events:read_only']],
  ['linode_stackscript', ['stackscripts:read_write']],
  ['linode_vpc', ['vpc:read_write']],
];

/**
 * Gives the scopes that Terraform needs for resources of these types, sorted; of types that are not known, none. A plan only reads,
 * but the kubeconfig of a cluster, which every plan of it reads, is given to those alone who may write
 * (https://techdocs.akamai.com/linode-api/reference/get-lke-cluster-kubeconfig).
 */
export function neededScopes(
  types: readonly string[],
  { preview, cluster }: { readonly preview: boolean; readonly cluster: boolean },
): readonly string[] {
  const scopes = types.flatMap((type) => SCOPES.find(([prefix]) => type.startsWith(prefix))?.[1] ?? []);
  const needed = preview
    ? scopes
        .filter((scope) => !scope.startsWith('events:'))
        .map((scope) =>
          scope.startsWith('lke:') && cluster ? scope : scope.replace('read_write', 'read_only'),
        )
    : scopes;
  return [...new Set(needed)].sort();
}

/** Gives those of the needed scopes that a token has not; `*` is all of them. */
export function missingScopes(held: readonly string[], needed: readonly string[]): readonly string[] {
  if (held.includes('*')) return [];
  return needed.filter(
    (scope) => !held.includes(scope) && !held.includes(scope.replace('read_only', 'read_write')),
  );
}
