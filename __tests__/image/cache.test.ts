import { describe, expect, test } from '@jest/globals';
import { isCacheFault, layerCache } from '../../src/image/cache';
import { isTag } from '../../src/image/reference';
import { isReserved } from '../../src/image/tag';
import { aRequest } from '../support/image';

const full = { kind: 'buildx', full: true } as const;
const older = { kind: 'buildx', full: false } as const;
const SCOPE = 'scope=ghcr.io-acme-wpp-bot-Dockerfile-';
const REF = 'type=registry,ref=ghcr.io/acme/wpp-bot:buildcache';

describe('an engine that can export layers', () => {
  test.each([
    [
      'auto',
      true,
      ['--cache-from', `type=gha,${SCOPE}`, '--cache-to', `type=gha,${SCOPE},mode=max,ignore-error=true`],
    ],
    [
      'gha',
      true,
      ['--cache-from', `type=gha,${SCOPE}`, '--cache-to', `type=gha,${SCOPE},mode=max,ignore-error=true`],
    ],
    ['auto', false, ['--cache-from', REF, '--cache-to', `${REF},mode=max,ignore-error=true`]],
    ['registry', true, ['--cache-from', REF, '--cache-to', `${REF},mode=max,ignore-error=true`]],
    ['none', true, []],
  ] as const)('on %s, at GitHub: %s', (cache, atGitHub, args) => {
    expect(layerCache(aRequest({ cache }), full, atGitHub)).toEqual({ args });
  });

  test('says that there is no cache of GitHub', () => {
    const { args, warning } = layerCache(aRequest({ cache: 'gha' }), full, false);
    expect(args).toEqual([]);
    expect(warning).toContain('the runner has no cache of GitHub');
  });

  test('only reads the registry’s where nothing is pushed', () => {
    const request = aRequest({ cache: 'registry', push: undefined });
    expect(layerCache(request, full, true).args).toEqual(['--cache-from', REF]);
  });

  test('keeps the layers of each file and target apart in the registry too', () => {
    const given = [
      { file: './Dockerfile' },
      { file: './Dockerfile', target: 'a' },
      { file: './Dockerfile', target: 'b' },
      { file: 'web/Dockerfile' },
      { file: `${'long/'.repeat(50)}Dockerfile` },
    ];
    const tags = given.map((each) => {
      const [, place = ''] = layerCache(aRequest({ ...each, cache: 'registry' }), full, true).args;
      return place.slice(place.lastIndexOf(':') + 1);
    });
    expect(tags.slice(0, 4)).toEqual([
      'buildcache',
      'buildcache-a',
      'buildcache-b',
      'buildcache-web-Dockerfile',
    ]);
    expect(tags.filter((tag) => !isTag(tag) || !isReserved(tag))).toEqual([]);
  });

  test('keeps the layers of each file and target apart', () => {
    const scopes = [{}, { target: 'a' }, { target: 'b' }, { file: 'web/Dockerfile' }].map(
      (given) => layerCache(aRequest(given), full, true).args[1],
    );
    expect(new Set(scopes).size).toBe(4);
  });
});

describe.each([older, { kind: 'legacy' } as const, { kind: 'podman', program: 'podman' } as const])(
  'an engine that cannot: %j',
  (engine) => {
    test.each(['auto', 'none'] as const)('goes without on %s, and does not complain', (cache) => {
      expect(layerCache(aRequest({ cache }), engine, false)).toEqual({ args: [] });
    });

    test.each(['gha', 'registry'] as const)('goes without on %s, and says so', (cache) => {
      const { args, warning } = layerCache(aRequest({ cache }), engine, true);
      expect(args).toEqual([]);
      expect(warning).toContain(`cache ${cache} is left out`);
    });
  },
);

test('what keeps layers is told where GitHub would, and one word makes a builder that can', () => {
  const { hint, ...rest } = layerCache(aRequest({ cache: 'auto' }), older, true);
  expect(rest).toEqual({ args: [] });
  expect(hint).toContain('with `cache: gha` one is made that does');
});

test.each([
  ['failed to configure gha cache exporter: token is unverifiable', true],
  ['failed to configure registry cache importer: not found', true],
  ['failed to push ghcr.io/acme/bot:1: denied', false],
])('the cache is at fault: %s: %s', (cause, expected) => expect(isCacheFault(cause)).toBe(expected));
