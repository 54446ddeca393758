import type { DeployEvent } from '../settings/event';
import type { ImageSettings } from '../settings/settings';
import { commitTag, nameTag, versionTags } from './tag';

/**
 * Gives every tag that an image of this event has, that of the commit first; then branch, version, and those of the input
 * `tags`. `latest` is never among them unless it is asked for.
 */
export async function imageTags(settings: ImageSettings, event: DeployEvent): Promise<readonly string[]> {
  const branch = event.branch === undefined ? undefined : await nameTag(event.branch);
  const versions = event.gitTag === undefined ? [] : await versionTags(event.gitTag);
  const commit = await commitTag(event.sha, settings);
  return [...new Set([commit, ...(branch === undefined ? [] : [branch]), ...versions, ...settings.tags])];
}
