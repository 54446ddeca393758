import type { Endpoint } from './endpoint.ts';
import { takeId, timestamp, type LinodeEvent, type LinodeState, type Node } from './state.ts';

/** Notes that the machines of the nodes are gone, which is what the provider waits for. */
export function recordNodeDeletions(nodes: readonly Node[], state: LinodeState, now: number): void {
  for (const { instance_id: id } of nodes) {
    const entity = { id, type: 'linode' as const, label: `n${id}`, url: `/v4/linode/instances/${id}` };
    state.events.push({ id: takeId(state), action: 'linode_delete', created: timestamp(now), entity });
  }
}

function eventView({ id, action, created, entity }: LinodeEvent): object {
  return {
    ...{
      id,
      action,
      created,
      entity,
      secondary_entity: null,
      message: '',
      percent_complete: 100,
      rate: null,
    },
    ...{
      read: false,
      seen: false,
      status: 'finished',
      time_remaining: null,
      username: 'sandbox',
      duration: 1,
    },
  };
}

export const eventEndpoints: readonly Endpoint[] = [
  {
    path: '/account/events',
    scope: 'events:read_only',
    list: ({ state }) => state.events.map(eventView),
  },
];
