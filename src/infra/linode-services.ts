import { at, listAt, numberAt, textAt } from '../json';
import { guarded, told, type Consequence } from './consequence';

/** Another plan or region of a Linode is a migration with the machine switched off. */
export function instanceConsequences(before: unknown, after: unknown): readonly Consequence[] {
  const moves = ['type', 'region'].flatMap((name) => {
    const [old, fresh] = [textAt(before, name), textAt(after, name)];
    return old === fresh || fresh === '' ? [] : [`${name} from ${old} to ${fresh}`];
  });
  return [
    ...(moves.length > 0
      ? [guarded(`${moves.join(', ')}: it is shut down and moved, and down meanwhile`)]
      : []),
    ...(at(before, 'booted') !== false && at(after, 'booted') === false
      ? [guarded('it is switched off')]
      : []),
  ];
}

/** Managed databases change in place, with their nodes replaced one by one. */
export function databaseConsequences(before: unknown, after: unknown): readonly Consequence[] {
  const [old, size] = [numberAt(before, 'cluster_size'), at(after, 'cluster_size')];
  const [plan, next] = [textAt(before, 'type'), textAt(after, 'type')];
  const [engine, fresh] = [textAt(before, 'engine_id'), textAt(after, 'engine_id')];
  const open = (side: unknown): boolean => listAt(side, 'allow_list').some((range) => range === '0.0.0.0/0');
  return [
    ...(typeof size === 'number' && size < old
      ? [guarded(`${old - size} of its ${old} nodes are removed`)]
      : []),
    ...(plan !== next && next !== ''
      ? [guarded(`${plan} becomes ${next}: it is unavailable while it is moved`)]
      : []),
    ...(engine !== fresh && fresh !== ''
      ? [guarded(`${engine} becomes ${fresh}: it is unavailable meanwhile, and there is no way back`)]
      : []),
    ...(at(before, 'suspended') !== true && at(after, 'suspended') === true
      ? [guarded('it is switched off')]
      : []),
    ...(!open(before) && open(after) ? [told('every address reaches it from then on')] : []),
  ];
}

export function firewallConsequences(before: unknown, after: unknown): readonly Consequence[] {
  const freed = ['linodes', 'nodebalancers'].flatMap((name) => {
    const kept = new Set(listAt(after, name));
    return Array.isArray(at(after, name)) ? listAt(before, name).filter((id) => !kept.has(id)) : [];
  });
  const opens = textAt(before, 'inbound_policy') !== 'ACCEPT' && textAt(after, 'inbound_policy') === 'ACCEPT';
  return [
    ...(at(before, 'disabled') !== true && at(after, 'disabled') === true
      ? [told('it guards nothing any more')]
      : []),
    ...(opens ? [told('what no rule names is let in')] : []),
    ...(freed.length > 0 ? [told(`it guards ${freed.length} of what it guarded no more`)] : []),
  ];
}
