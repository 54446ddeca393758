const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;
const UNRELEASED = 'Unreleased';

/** Whether a text is a version that can be released: three numbers, without a pre-release and without a leading v. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Gives a number below, at or above 0 as `one` is older than, the same as or newer than `other`; both must be versions. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Gives the version of a tag such as v1.2.3; undefined for any other tag. */
export function versionOf(tag: string): string | undefined {
  const version = tag.startsWith('v') ? tag.slice(1) : '';
  return isVersion(version) ? version : undefined;
}

/** Gives what CHANGELOG.md says of a version, or of what is unreleased; empty where it says nothing. */
export function changesOf(changelog: string, version: string = UNRELEASED): string {
  const sections = changelog.split(/^## /m).map((text) => text.split('\n'));
  const [, ...lines] = sections.find(([heading = '']) => heading.split(' ')[0] === version) ?? [];
  return lines.join('\n').trim();
}

/** Gives CHANGELOG.md with what is unreleased as what the version brought on the day of `date`, in UTC. */
export function withRelease(changelog: string, version: string, date: Date): string {
  const day = date.toISOString().slice(0, 10);
  return changelog.replace(/^## Unreleased\b.*$/m, `## ${UNRELEASED}\n\n## ${version} - ${day}`);
}

/** Gives package.json or package-lock.json, as npm writes them, with another version of this package. */
export function withVersion(text: string, version: string): string {
  const manifest = JSON.parse(text) as { version: string; packages?: { ''?: { version: string } } };
  manifest.version = version;
  const own = manifest.packages?.[''];
  if (own !== undefined) own.version = version;
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
