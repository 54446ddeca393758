/** What people are told of a release. */
export interface ReleaseName {
  /** Counts up for each application and environment, from 1 on. */
  readonly number: number;
  readonly commit: string;
  /** The image by digest, as the manifests got it. */
  readonly image: string;
}

/** Gives of a release only what people are told: its record holds the values of Secrets. */
export function nameOnly({ number, commit, image }: ReleaseName): ReleaseName {
  return { number, commit, image };
}

/** Gives a release in words. */
export function nameRelease({ number, commit, image }: ReleaseName): string {
  return `release ${number} (commit ${commit.slice(0, 12)}, image ${image})`;
}
