import type { PlanCase } from './cases.ts';

/** A replacement that made the new volume and could not delete the old one, which is left over. */
export function deposedVolume(head: string, volume: (name: string, given: string) => string): PlanCase {
  const before = `${head}${volume('data', 'lifecycle {\n    create_before_destroy = true\n  }')}`;
  // Labels are unique, also for the moment in which there are both.
  const after = before.replace('us-east', 'eu-central').replace('label = "data"', 'label = "data-2"');
  return {
    before: {
      configuration: before,
      async then(account, { terraform, write }) {
        await account.send('POST', '/_sandbox/faults', {
          method: 'DELETE',
          path: '/volumes/',
          status: 400,
          body: { errors: [{ reason: 'the volume is busy' }] },
        });
        await write(after);
        await terraform('apply', '-auto-approve', '-input=false').then(
          () => {
            throw new Error('the old volume could be deleted');
          },
          () => undefined,
        );
      },
    },
    after,
  };
}
