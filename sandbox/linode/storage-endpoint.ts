import { regions } from './catalog.ts';
import { notFound } from './error.ts';

/** The S3 cluster of a region, such as `us-east-1`. */
export function storageCluster(region: string): string {
  const found = regions.find(({ id }) => id === region);
  if (found === undefined) throw notFound();
  return found.storage;
}

/** Where a region's S3 store is. */
export function endpointView(region: string): object {
  return { region, s3_endpoint: `${storageCluster(region)}.linodeobjects.com`, endpoint_type: 'E1' };
}
