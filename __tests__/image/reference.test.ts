import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatName, parseReference, pinned, sameName, type ImageReference } from '../../src/image/reference';
import { DIGEST } from '../support/settings';

describe('valid', () => {
  test.each<[string, string, string, string | undefined, string | undefined]>([
    ['nginx', 'docker.io', 'library/nginx', undefined, undefined],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', undefined],
    ['acme/bot', 'docker.io', 'acme/bot', undefined, undefined],
    ['docker.io/nginx', 'docker.io', 'library/nginx', undefined, undefined],
    ['docker.io/library/nginx:a', 'docker.io', 'library/nginx', 'a', undefined],
    ['ghcr.io/acme/bot:v1', 'ghcr.io', 'acme/bot', 'v1', undefined],
    ['ghcr.io/acme/team/bot', 'ghcr.io', 'acme/team/bot', undefined, undefined],
    ['localhost/bot', 'localhost', 'bot', undefined, undefined],
    ['localhost:5000/bot', 'localhost:5000', 'bot', undefined, undefined],
    ['localhost:5000/bot:5000', 'localhost:5000', 'bot', '5000', undefined],
    ['registry:5000/a/b:c', 'registry:5000', 'a/b', 'c', undefined],
    ['127.0.0.1:5000/bot', '127.0.0.1:5000', 'bot', undefined, undefined],
    [`ghcr.io/a/b@${DIGEST}`, 'ghcr.io', 'a/b', undefined, DIGEST],
    [`ghcr.io/a/b:t@${DIGEST}`, 'ghcr.io', 'a/b', 't', DIGEST],
    [`nginx@${DIGEST}`, 'docker.io', 'library/nginx', undefined, DIGEST],
    ['ghcr.io/a/b_c__d-e---f.g', 'ghcr.io', 'a/b_c__d-e---f.g', undefined, undefined],
    [`ghcr.io/a/b:${'t'.repeat(128)}`, 'ghcr.io', 'a/b', 't'.repeat(128), undefined],
    ['ghcr.io/a/b:_x.Y-1', 'ghcr.io', 'a/b', '_x.Y-1', undefined],
  ])('%s', (text, registry, repository, tag, digest) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag, digest });
  });
});

describe('invalid', () => {
  test.each([
    '',
    ' ',
    ':',
    '@',
    'ghcr.io/',
    'ghcr.io/a/',
    'ghcr.io//a',
    '/a',
    'A',
    'ghcr.io/Acme/bot',
    'ghcr.io/a b',
    'a:',
    'a: b',
    'a:-tag',
    'a:.tag',
    `a:${'t'.repeat(129)}`,
    'a:b:c',
    'a@sha256:abc',
    `a@${DIGEST}@${DIGEST}`,
    `a@${DIGEST}:tag`,
    'a___b',
    'a..b',
    '-a',
    'a-',
    'https://ghcr.io/a/b',
    '${image}',
    'ghcr.io/a/b\n',
  ])('%j', (text) => expect(parseReference(text)).toBeUndefined());
});

test('a name is the same whatever its tag and spelling', () => {
  const name = (text: string): ImageReference => parseReference(text) as ImageReference;
  expect(sameName(name('nginx:1'), name('docker.io/library/nginx'))).toBe(true);
  expect(sameName(name('ghcr.io/a/b:1'), name(`ghcr.io/a/b@${DIGEST}`))).toBe(true);
  expect(sameName(name('ghcr.io/a/b'), name('ghcr.io/a/c'))).toBe(false);
  expect(sameName(name('ghcr.io/a/b'), name('quay.io/a/b'))).toBe(false);
  expect(sameName(name('ghcr.io/a/b'), name('ghcr.io:443/a/b'))).toBe(false);
});

test('a pinned reference names the digest alone', () => {
  expect(pinned({ registry: 'ghcr.io', repository: 'a/b' }, DIGEST)).toBe(`ghcr.io/a/b@${DIGEST}`);
});

test('every reference is read back from its text', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
  const host = fc.stringMatching(/^[a-z]{1,10}(\.[a-z]{2,3}(:[1-9][0-9]{1,3})?|:[1-9][0-9]{1,3})$/);
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined });
  const digest = fc.option(
    fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
    { nil: undefined },
  );
  fc.assert(
    fc.property(host, path, tag, digest, (registry, repository, itsTag, itsDigest) => {
      const name = formatName({ registry, repository });
      const text = `${name}${itsTag === undefined ? '' : `:${itsTag}`}${itsDigest === undefined ? '' : `@${itsDigest}`}`;
      expect(parseReference(text)).toEqual({ registry, repository, tag: itsTag, digest: itsDigest });
    }),
  );
});
