import { expect, it } from '@jest/globals';
import { isComplete } from './cases.ts';
import { objects } from './objects.ts';

it.each([15, 100, 500, 1000])(
  'the mix of %d objects has each kind by its part, under names of their own',
  (count) => {
    const made = objects(count) as readonly {
      readonly kind: string;
      readonly metadata: { readonly name: string };
    }[];
    expect(made).toHaveLength(count);
    expect(new Set(made.map(({ metadata }) => metadata.name)).size).toBe(count);
    const share = (...kinds: readonly string[]): number =>
      Math.round((made.filter(({ kind }) => kinds.includes(kind)).length / count) * 20) * 5;
    expect([
      share('ConfigMap'),
      share('Secret'),
      share('Service'),
      share('ServiceAccount'),
      share('Role', 'RoleBinding'),
      share('Deployment'),
    ]).toEqual(count === 15 ? [25, 15, 15, 15, 15, 20] : [25, 15, 15, 10, 15, 20]);
  },
);

it.each([
  [
    'all new and available',
    { observedGeneration: 2, updatedReplicas: 2, replicas: 2, availableReplicas: 2 },
    true,
  ],
  [
    'not yet seen by the controller',
    { observedGeneration: 1, updatedReplicas: 2, replicas: 2, availableReplicas: 2 },
    false,
  ],
  [
    'an old one left',
    { observedGeneration: 2, updatedReplicas: 2, replicas: 3, availableReplicas: 3 },
    false,
  ],
  [
    'one not available',
    { observedGeneration: 2, updatedReplicas: 2, replicas: 2, availableReplicas: 1 },
    false,
  ],
])('a rollout with %s', (_, status, complete) => {
  expect(isComplete({ spec: { replicas: 2 }, status }, 2)).toBe(complete);
});
