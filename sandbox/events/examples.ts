import { createRequire } from 'node:module';
import type { WebhookEventMap, WebhookEventName } from '@octokit/webhooks-types';

interface Definition {
  readonly name: WebhookEventName;
  readonly examples: readonly WebhookEventMap[WebhookEventName][];
}

const definitions = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Definition[];

/** The repository that every payload is about. */
export const repositoryName = 'wpp-bot';

/**
 * Gives a copy of GitHub's published example of an event, the first that `fits`, with its account, repository and
 * default branch renamed to `owner`, `wpp-bot` and `main`.
 */
export function example<Name extends WebhookEventName, Event extends WebhookEventMap[Name]>(
  name: Name,
  fits: (event: WebhookEventMap[Name]) => event is Event,
  owner = 'org',
): Event {
  const events = definitions.find((definition) => definition.name === name)?.examples ?? [];
  const found = (events as readonly WebhookEventMap[Name][]).find(fits);
  if (found === undefined) throw new Error(`@octokit/webhooks-examples has no such example of ${name}`);
  const renamed = JSON.stringify(found)
    .replaceAll(/\b(Codertocat|octo-org)\b/g, owner)
    .replaceAll(/\b(Hello-World|octo-repo)\b/g, repositoryName)
    .replaceAll(/\bmaster\b/g, 'main');
  return JSON.parse(renamed) as Event;
}
