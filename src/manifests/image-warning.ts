import { formatName, type ImageName } from '../image/reference';
import { textAt } from '../json';
import type { Manifest } from './objects';
import { imagesOf, TAG_ANNOTATION } from './pods';

const MOST_NAMED = 5;

/**
 * Gives a warning where no manifest has the image that was built, but pods run others: a deploy would go well and change nothing.
 * `manifests` are those in which the image was set.
 */
export function unusedImageWarning(manifests: readonly Manifest[], image: ImageName): string | undefined {
  const isSet = manifests.some(
    ({ object }) => textAt(object, 'metadata', 'annotations', TAG_ANNOTATION) !== '',
  );
  const others = [...new Set(manifests.flatMap(({ object }) => imagesOf(object)))];
  if (isSet || others.length === 0) return undefined;
  const more = others.length > MOST_NAMED ? ' and others' : '';
  const name = formatName(image);
  return `No manifest runs the image that is built, ${name}: they run ${others.slice(0, MOST_NAMED).join(', ')}${more}. Write ${name}:latest where it is meant, give the name that is written there as the input image, or set build to never.`;
}
