import { at, listAt, textAt } from '../json';
import { guarded, told, type Consequence } from './consequence';
import { poolSizes } from './pools';

/**
 * A new Kubernetes version is set by recycling every node, pool by pool and node by node; Linode cannot go back. Minor
 * versions, and those of the enterprise tier such as `v1.31.1+lke4`.
 */
export function versionConsequences(before: unknown, after: unknown): readonly Consequence[] {
  const [old, fresh] = [textAt(before, 'k8s_version'), textAt(after, 'k8s_version')];
  if (old === fresh || old === '' || fresh === '') return [];
  if (compareVersions(fresh, old) < 0) {
    return [
      {
        weight: 'impossible',
        code: 'infra-change-impossible',
        text: `its Kubernetes version would fall from ${old} to ${fresh}, and Linode cannot go back; where Linode has upgraded it, set ${old}`,
      },
    ];
  }
  const recycled = `Kubernetes ${old} becomes ${fresh}: every node is recycled, one after the other, and what is kept on nodes (emptyDir, hostPath) is lost`;
  return poolSizes(before).some((size) => size === 1)
    ? [guarded(`${recycled}; a pool has one node only, so that what runs there is down meanwhile`)]
    : [told(recycled)];
}

function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => (version.match(/\d+/g) ?? []).map(Number));
  const lengths = [left?.length ?? 0, right?.length ?? 0];
  for (let index = 0; index < Math.min(...lengths); index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A highly available control plane is paid for, and for good. */
export function highAvailability(before: unknown, after: unknown): readonly Consequence[] {
  const [old, fresh] = [before, after].map((side) => at(side, 'control_plane', 0, 'high_availability'));
  if (old !== true && fresh === true)
    return [told('its control plane becomes highly available, which costs more and cannot be undone')];
  return old === true && fresh === false
    ? [
        {
          weight: 'impossible',
          code: 'infra-change-impossible',
          text: 'its control plane is highly available, and Linode cannot undo that',
        },
      ]
    : [];
}

/** GitHub's runners have ever other addresses. */
export function accessList(before: unknown, after: unknown): readonly Consequence[] {
  const [old, fresh] = [before, after].map((side) => at(side, 'control_plane', 0, 'acl', 0));
  const enabled = (acl: unknown): boolean => at(acl, 'enabled') === true;
  if (!enabled(fresh)) {
    return enabled(old) ? [told('every address reaches the API of the cluster from then on')] : [];
  }
  if (enabled(old) && JSON.stringify(listAt(old, 'addresses')) === JSON.stringify(listAt(fresh, 'addresses')))
    return [];
  return [
    told(
      'only the addresses of its access list reach the API of the cluster: GitHub’s runners have ever other ones, and would be locked out',
    ),
  ];
}
