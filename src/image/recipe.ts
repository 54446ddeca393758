/** What an image is made from, as the inputs say it; two builds of one recipe from the same files mean the same image. */
export interface Recipe {
  /** Folder below the workspace. */
  readonly context: string;
  readonly file: string;
  /** The stage that is built; the last one where it is undefined. */
  readonly target: string | undefined;
  /** Such as `linux/amd64`; empty means that of the engine. */
  readonly platforms: readonly string[];
  /** Build arguments. They stand in the image's history: they are no place for secrets. */
  readonly args: Readonly<Record<string, string>>;
  readonly provenance: boolean;
  readonly sbom: boolean;
}

/** What a build can use by `RUN --mount=type=ssh`. */
export interface SshAccess {
  /** As docker takes them: an id, of the machine's agent, or `id=path` of another agent or of a key. */
  readonly forwards: readonly string[];
  /** The key of the id `default`. Secret. */
  readonly key: string | undefined;
}

export const CACHE_CHOICES = ['auto', 'gha', 'registry', 'none'] as const;

/** Where layers are kept for later builds. */
export type CacheChoice = (typeof CACHE_CHOICES)[number];
