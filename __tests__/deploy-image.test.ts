import { describe, expect, test } from '@jest/globals';
import { compareImages } from '../src/deploy-image';
import { DeployError } from '../src/errors';
import type { ImageComparison, ImageContents } from '../src/image/contents';
import { FakeRegistry } from './support/image';
import { anObject, aPreview, aResult, failed, succeeded } from './support/results';
import { aSettings, DIGEST, IMAGE, SHA } from './support/settings';
import { aFailure } from './support/failure';

const OLD = `sha256:${'4'.repeat(64)}`;
const gone = new DeployError({
  code: 'registry-unreachable',
  cause: 'the registry answered 404',
  advice: '',
});

class Contents extends FakeRegistry {
  readonly read: string[] = [];
  readonly lost = new Set<string>();

  override contents(reference: string): Promise<ImageContents> {
    this.read.push(reference);
    if (this.lost.has(reference)) return Promise.reject(gone);
    return Promise.resolve({ layers: [{ digest: reference, bytes: 5, instruction: 'COPY . .' }] });
  }
}

const available = (built: boolean): ReturnType<typeof aResult>['image'] =>
  succeeded({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built });

function changed(
  before: string,
  path = 'spec.template.spec.containers[0].image',
): ReturnType<typeof aResult> {
  const fields = [{ path, before: JSON.stringify(before), after: '"x"' }];
  const changes = [anObject('Deployment/a/b', { action: 'configured', fields })];
  return aResult({ image: available(false), manifests: succeeded({ changes, workloads: [] }) });
}

async function compared(
  result: ReturnType<typeof aResult>,
  registry = new Contents(),
): Promise<[ImageComparison | undefined, readonly string[]]> {
  return [await compareImages(aSettings(), result, registry), registry.read];
}

describe('an image is compared', () => {
  test('with the digest that the live object has', async () => {
    const [comparison, read] = await compared(changed(`ghcr.io/acme/wpp-bot@${OLD}`));
    expect(read).toEqual([DIGEST, OLD]);
    expect(comparison).toMatchObject({ before: OLD, difference: { bytes: 5, bytesBefore: 5, layers: 1 } });
  });

  test('with a tag, where somebody set one by hand', async () => {
    expect((await compared(changed('ghcr.io/acme/wpp-bot:main')))[0]?.before).toBe('main');
  });

  test('with nothing, where it is the first', async () => {
    const [comparison, read] = await compared(aResult({ image: available(true) }));
    expect(read).toEqual([DIGEST]);
    expect(comparison).toMatchObject({ before: undefined, difference: { bytesBefore: undefined } });
  });

  test('with nothing, where the registry has no longer the one before', async () => {
    const registry = new Contents();
    registry.lost.add(OLD);
    const [comparison] = await compared(changed(`ghcr.io/acme/wpp-bot@${OLD}`), registry);
    expect(comparison).toMatchObject({ before: OLD, difference: { bytesBefore: undefined } });
  });

  test('in vain where the registry does not say', async () => {
    const registry = new Contents();
    registry.lost.add(DIGEST);
    const [comparison] = await compared(aResult({ image: available(true) }), registry);
    expect(comparison).toEqual({ before: undefined, difference: 'the registry answered 404' });
  });

  test('in vain where the run is cancelled meanwhile, and the deployment is told all the same', async () => {
    const registry = new Contents();
    registry.contents = () => Promise.reject(new Error('This operation was aborted'));
    const [comparison] = await compared(aResult({ image: available(true) }), registry);
    expect(comparison?.difference).toBe('This operation was aborted');
  });

  test('in vain where a preview has only built it', async () => {
    const { manifests } = changed(`ghcr.io/acme/wpp-bot@${OLD}`);
    const [comparison, read] = await compared(aPreview({ manifests }));
    expect(comparison).toEqual({ before: OLD, difference: 'a preview does not push it' });
    expect(read).toEqual([]);
  });
});

describe('nothing is asked', () => {
  test.each<[string, ReturnType<typeof aResult>]>([
    ['where the cluster has the image', aResult()],
    ['of another image', changed(`docker.io/library/postgres@${OLD}`)],
    ['of a field that is no image', changed(`ghcr.io/acme/wpp-bot@${OLD}`, 'metadata.annotations.note')],
    ['where it failed', aResult({ image: failed('image', aFailure('image-build-failed').details) })],
  ])('%s', async (_, result) => expect(await compared(result)).toEqual([undefined, []]));
});
