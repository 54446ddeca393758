import type { ImageName } from './reference';

/** What the image step hands on. */
export type ImageResult =
  /** Built without pushing, to see that it can be built. */
  | { readonly kind: 'checked'; readonly name: ImageName }
  | {
      readonly kind: 'available';
      readonly name: ImageName;
      readonly tag: string;
      /** The digest that the registry gives for the tag; the later steps use nothing else. */
      readonly digest: string;
      readonly built: boolean;
    };
