import type { BuildRequest } from '../ports';
import type { Engine } from './engine';
import { formatName, LONGEST_TAG, tagged } from './reference';
import { CACHE_TAG, plainPath } from './tag';

/** How a build uses layers of earlier ones. */
export interface LayerCache {
  readonly args: readonly string[];
  readonly warning?: string;
  /** How layers would be kept that are not. */
  readonly hint?: string;
}

/** A build without layers of earlier ones. */
export const NO_CACHE: LayerCache = { args: [] };

/**
 * Gives the cache of a build: on `auto` that of GitHub where the runner has one, else the registry. A cache that cannot be written
 * never fails a build. Without a push nothing is written to the registry.
 */
export function layerCache(request: BuildRequest, engine: Engine, atGitHub: boolean): LayerCache {
  const { cache, name, push } = request;
  if (cache === 'none') return NO_CACHE;
  if (engine.kind !== 'buildx' || !engine.full) {
    const why =
      engine.kind === 'podman'
        ? 'podman and buildah keep layers on the runner alone.'
        : 'the builder `docker` cannot export layers.';
    if (cache !== 'auto') return { args: [], warning: `cache ${cache} is left out: ${why}` };
    if (engine.kind !== 'buildx' || !atGitHub) return NO_CACHE;
    return {
      args: [],
      hint: 'The builder `docker` keeps no layers for the next run; with `cache: gha` one is made that does.',
    };
  }
  if (cache === 'gha' && !atGitHub)
    return { args: [], warning: 'cache gha is left out: the runner has no cache of GitHub.' };
  if (cache === 'gha' || (cache === 'auto' && atGitHub)) {
    const place = `type=gha,scope=${scopeOf(request)}`;
    return { args: ['--cache-from', place, '--cache-to', `${place},mode=max,ignore-error=true`] };
  }
  const place = `type=registry,ref=${tagged(name, cacheTag(request))}`;
  const write = push === undefined ? [] : ['--cache-to', `${place},mode=max,ignore-error=true`];
  return { args: ['--cache-from', place, ...write] };
}

/** Gives the tag of the layers; that of an image by another Dockerfile or target is another one. */
function cacheTag({ file, target }: BuildRequest): string {
  const path = plainPath(file);
  const parts = [path === 'Dockerfile' ? '' : path, target ?? ''].filter((part) => part !== '');
  return [CACHE_TAG, ...parts]
    .join('-')
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(0, LONGEST_TAG);
}

/** Two images of one repository must not replace each other's layers. */
function scopeOf({ name, file, target }: BuildRequest): string {
  return [formatName(name), file, target ?? ''].join('-').replaceAll(/[^\w.-]+/g, '-');
}

/** Whether a build ended, by the cause of its failure, since its cache cannot be had: that `ignore-error` does not cover. */
export function isCacheFault(cause: string): boolean {
  return /failed to configure \w+ cache (ex|im)porter/.test(cause);
}
