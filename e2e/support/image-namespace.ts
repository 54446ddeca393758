import { afterAll, beforeAll } from '@jest/globals';
import { call } from '../../sandbox/cluster-api.ts';
import { NAMESPACE } from './image-run.ts';

// Not in image-run.ts, which the benchmark uses: Jest's functions are there in a test alone.

/** Makes the namespace of these deployments before the tests of a file, and deletes it after them. */
export function useImageNamespace(): void {
  beforeAll(() =>
    call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    }),
  );
  afterAll(() => call('DELETE', `/api/v1/namespaces/${NAMESPACE}`));
}
