import { describe, expect, test } from '@jest/globals';
import { compareContents, imageOfIndex, readContents, type ImageContents } from '../../src/image/contents';

const layer = (digest: string, size: number): object => ({ digest: `sha256:${digest}`, size });
const contents = (...digests: readonly string[]): ImageContents =>
  readContents({ layers: digests.map((digest) => layer(digest, 100)) }, {});

describe('the image of an index', () => {
  const entry = (digest: string, os: string, architecture: string): object => ({
    digest,
    platform: { os, architecture },
  });

  test.each<[string, unknown, string | undefined]>([
    ['the usual platform', [entry('arm', 'linux', 'arm64'), entry('amd', 'linux', 'amd64')], 'amd'],
    ['the first of others', [entry('arm', 'linux', 'arm64'), entry('s', 'linux', 's390x')], 'arm'],
    ['no attestation', [entry('proof', 'unknown', 'unknown'), entry('arm', 'linux', 'arm64')], 'arm'],
    ['none in a manifest of one image', undefined, undefined],
  ])('is %s', (_, manifests, expected) => expect(imageOfIndex({ manifests })).toBe(expected));
});

describe('what made a layer', () => {
  const made = (...history: readonly object[]): readonly string[] =>
    readContents({ layers: [layer('a', 1)] }, { history }).layers.map(({ instruction }) => instruction);

  test.each<[string, string]>([
    ['COPY . . # buildkit', 'COPY . .'],
    ['RUN /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
    ['RUN |2 TOKEN=hunter2 B=c /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
    ['RUN |1 TOKEN=hunter2 /bin/bash -c npm ci # buildkit', 'RUN'],
    ['|1 TOKEN=hunter2 /bin/sh -c npm ci', 'RUN npm ci'],
    ['/bin/sh -c npm ci', 'RUN npm ci'],
    ['/bin/sh -c #(nop) COPY file:1 in /app ', 'COPY file:1 in /app'],
    ['', ''],
  ])('%j is told as %j', (created_by, expected) => expect(made({ created_by })).toEqual([expected]));

  test('steps that left nothing are passed over', () => {
    expect(made({ created_by: 'ENV a=b', empty_layer: true }, { created_by: 'COPY a b' })).toEqual([
      'COPY a b',
    ]);
  });

  test.each([[[]], [[{ created_by: 'COPY a b' }, { created_by: 'COPY c d' }]]])(
    'is not known where the history does not fit: %j',
    (history) => expect(made(...history)).toEqual(['']),
  );
});

describe('the difference', () => {
  test('names the layers that the one before has not, and sums up', () => {
    expect(compareContents(contents('base', 'new'), contents('base', 'old', 'more'))).toEqual({
      bytes: 200,
      bytesBefore: 300,
      layers: 2,
      fresh: [{ digest: 'sha256:new', bytes: 100, instruction: '' }],
    });
  });

  test('of a first image is the whole of it', () => {
    const first = compareContents(contents('a', 'b'), undefined);
    expect(first).toMatchObject({ bytesBefore: undefined, layers: 2 });
    expect(first.fresh).toHaveLength(2);
  });
});
