import { at, listAt, numberAt, textAt } from '../json';

export interface Layer {
  readonly digest: string;
  /** Compressed, as the registry keeps it. */
  readonly bytes: number;
  /** What made it, such as `COPY . .`; empty where the image does not say. */
  readonly instruction: string;
}

/** What an image is made of; of one for several platforms that of linux/amd64, or else of the first. */
export interface ImageContents {
  readonly layers: readonly Layer[];
}

/** How the image that is deployed differs from the one that runs. */
export interface ImageDifference {
  /** All layers together, compressed. */
  readonly bytes: number;
  /** Undefined where none runs. */
  readonly bytesBefore: number | undefined;
  readonly layers: number;
  /** The layers that the one before has not. */
  readonly fresh: readonly Layer[];
}

/** The image that is deployed beside the one that runs. */
export interface ImageComparison {
  /** The image of the objects in the cluster, where it is another one: a digest, or a tag. */
  readonly before: string | undefined;
  /** The difference, or why it is not known. */
  readonly difference: ImageDifference | string;
}

/** Gives the digest of the image that stands for an index, or undefined where the manifest is one image's (OCI image index). */
export function imageOfIndex(manifest: unknown): string | undefined {
  const images = listAt(manifest, 'manifests').filter(
    // Attestations are listed too, for a platform that is not known.
    (entry) => textAt(entry, 'platform', 'os') !== 'unknown',
  );
  const usual = images.find((entry) => textAt(entry, 'platform', 'architecture') === 'amd64');
  const digest = textAt(usual ?? images[0], 'digest');
  return digest === '' ? undefined : digest;
}

/** Reads an image's manifest and configuration (OCI image specification); the n-th step that left something made the n-th layer. */
export function readContents(manifest: unknown, config: unknown): ImageContents {
  const layers = listAt(manifest, 'layers');
  const steps = listAt(config, 'history').filter((step) => at(step, 'empty_layer') !== true);
  const known = steps.length === layers.length;
  return {
    layers: layers.map((layer, index) => ({
      digest: textAt(layer, 'digest'),
      bytes: numberAt(layer, 'size'),
      instruction: known ? instructionOf(textAt(steps[index], 'created_by')) : '',
    })),
  };
}

/** Compares an image with the one before it, where there is one. */
export function compareContents(image: ImageContents, before: ImageContents | undefined): ImageDifference {
  const known = new Set(before?.layers.map(({ digest }) => digest));
  return {
    bytes: bytesOf(image),
    bytesBefore: before === undefined ? undefined : bytesOf(before),
    layers: image.layers.length,
    fresh: image.layers.filter(({ digest }) => !known.has(digest)),
  };
}

function bytesOf({ layers }: ImageContents): number {
  return layers.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Gives the instruction as the Dockerfile has it; the values of build arguments, which the history repeats before each RUN, are left out. */
function instructionOf(createdBy: string): string {
  const plain = createdBy
    .replace(/ # buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(RUN )?(\|\d+ .*?)?\/bin\/sh -c /, 'RUN ');
  return /^(RUN )?\|\d+ /.test(plain) ? 'RUN' : plain.trim();
}
