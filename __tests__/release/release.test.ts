import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ReleaseRepository, type Place } from '../support/release-repository';

jest.setTimeout(60_000);

let repository: ReleaseRepository;
beforeEach(() => {
  repository = new ReleaseRepository();
});
afterEach(() => repository.end());

const git = (...args: readonly string[]): string => repository.git(repository.checkout, ...args);
const RELEASED = expect.stringContaining('v1.0.0 is pushed') as unknown;

/** What a release of 1.0.0 from `before` leaves, however often it was begun. */
function expectReleased(before: string): void {
  const { main } = repository.refs();
  expect(repository.refs()).toEqual({ main, 'v1.0.0': main });
  expect(git('rev-parse', 'HEAD', 'HEAD^').split('\n')).toEqual([main, before]);
  expect(git('status', '--porcelain')).toBe('');
  expect(git('show', '--format=%s', '--name-only', 'HEAD').split(/\n+/)).toEqual([
    'Release 1.0.0',
    'CHANGELOG.md',
    'package-lock.json',
    'package.json',
  ]);
}

describe('script/release', () => {
  test('makes one commit with version and changelog, and its tag, from a commit that CI saw', () => {
    const before = git('rev-parse', 'HEAD');
    expect(repository.release('1.0.0')).toEqual({ status: 0, said: RELEASED });
    expectReleased(before);
    expect(repository.asked()).toBe(before);
    expect(repository.git(repository.origin, 'cat-file', '-t', 'v1.0.0')).toBe('tag');
    expect(JSON.parse(repository.read('package.json'))).toMatchObject({ version: '1.0.0' });
    expect(JSON.parse(repository.read('package-lock.json'))).toMatchObject({
      version: '1.0.0',
      packages: { '': { version: '1.0.0' } },
    });
    expect(repository.read('CHANGELOG.md')).toMatch(
      /^# Changelog\n\n## Unreleased\n\n## 1\.0\.0 - \d{4}-\d\d-\d\d\n\n- All of it\.\n$/,
    );
  });

  test('makes the next one upon it, and the first again does nothing', () => {
    repository.release('1.0.0');
    const first = repository.refs();
    expect(repository.release('1.0.0')).toEqual({ status: 0, said: RELEASED });
    expect(repository.refs()).toEqual(first);
    repository.change('More.');
    expect(repository.release('1.0.1').status).toBe(0);
    expect(repository.refs()).toEqual({
      ...first,
      main: git('rev-parse', 'HEAD'),
      'v1.0.1': git('rev-parse', 'HEAD'),
    });
    expect(repository.release('1.0.0')).toMatchObject({
      status: 1,
      said: expect.stringMatching(/^v1\.0\.0: is taken/),
    });
  });

  test.each<[string, string, (at: ReleaseRepository) => void, RegExp]>([
    ['no version', '1.0', () => undefined, /^1\.0: must be three numbers such as 1\.2\.3$/],
    ['a pre-release', '1.0.0-rc.1', () => undefined, /^1\.0\.0-rc\.1: must be three numbers/],
    ['a tag', 'v1.0.0', () => undefined, /^v1\.0\.0: must be three numbers/],
    ['the version there is', '0.1.0', () => undefined, /^0\.1\.0: must be greater than 0\.1\.0$/],
    ['an older one', '0.0.9', () => undefined, /^0\.0\.9: must be greater than 0\.1\.0$/],
    [
      'a file that is not committed',
      '1.0.0',
      (at) => at.write('new', ''),
      /^the checkout has changes:\n\?\? new$/,
    ],
    [
      'another branch',
      '1.0.0',
      (at) => at.git(at.checkout, 'switch', '--quiet', '-c', 'x'),
      /^x is checked out/,
    ],
    [
      'a commit that is not pushed',
      '1.0.0',
      (at) => at.git(at.checkout, 'commit', '--quiet', '--allow-empty', '-m', 'x'),
      /^main has what origin has not \(1\): push/,
    ],
    [
      'a commit that is not pulled',
      '1.0.0',
      (at) => {
        at.change('Here');
        at.git(at.checkout, 'reset', '--quiet', '--hard', 'HEAD^');
        // Nobody here knows of it yet.
        at.git(at.checkout, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
      },
      /^main is behind origin \(1\): pull$/,
    ],
    [
      'nothing to release',
      '1.0.0',
      (at) => {
        at.write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n');
        at.commit('x');
        at.git(at.checkout, 'push', '--quiet');
      },
      /^CHANGELOG\.md: has nothing under Unreleased$/,
    ],
    [
      'a dist/ that the source does not give',
      '1.0.0',
      (at) => {
        at.write('source.js', 'other();\n');
        at.commit('x');
        at.git(at.checkout, 'push', '--quiet');
      },
      /^building dist\/ …\ndist\/ was not what the source gives/,
    ],
    [
      'a tag that is taken',
      '1.0.0',
      (at) => {
        at.git(at.checkout, 'push', '--quiet', 'origin', 'HEAD:refs/tags/v1.0.0');
        at.change('Later');
      },
      /^v1\.0\.0: is taken already, by [0-9a-f]{40}$/,
    ],
    ['no run of CI', '1.0.0', (at) => at.ci([]), /^CI has not run on [0-9a-f]{40}$/],
    [
      'a red CI',
      '1.0.0',
      (at) => at.ci([{ workflowName: 'CI', status: 'completed', conclusion: 'failure' }]),
      /^CI is failure: https:\/\/github\.com\/org\/x\/actions\/runs\/1$/,
    ],
    [
      'no word from GitHub',
      '1.0.0',
      (at) => at.withoutGitHub(),
      /^GitHub does not tell whether CI passed: gh cannot/,
    ],
  ])('refuses %s', (_, version, prepare, expected) => {
    prepare(repository);
    const before = repository.refs();
    const { status, said } = repository.release(version);
    expect(said.trim()).toMatch(expected);
    expect(status).toBe(1);
    expect(repository.refs()).toEqual(before);
    expect(git('tag', '--list')).toBe('');
  });

  test('tells all reasons at once', () => {
    repository.write('new', '');
    repository.ci([]);
    const { said } = repository.release('0.1');
    expect(
      said
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['0.1:', 'the', '??', 'CI']);
  });

  test.each(['', '1.0.0 2.0.0', 'verify v1.0.0 x', 'undo v1.0.0'])('says how it is called: %j', (args) => {
    const { status, said } = repository.release(...args.split(' ').filter((word) => word !== ''));
    expect({ status, said }).toEqual({
      status: 1,
      said: expect.stringMatching(/^script\/release X\.Y\.Z, or/) as unknown,
    });
  });

  test('pushes neither branch nor tag where main has moved meanwhile', () => {
    const other = `${repository.folder}/other`;
    repository.git(repository.folder, 'clone', '--quiet', repository.origin, other);
    repository.git(other, 'commit', '--quiet', '--allow-empty', '--message', 'Meanwhile');
    const between = repository.git(other, 'rev-parse', 'HEAD');
    repository.beforePush(`env -u GIT_DIR git -C ${other} push --quiet`);
    expect(repository.release('1.0.0')).toMatchObject({
      status: 1,
      said: expect.stringContaining('rejected'),
    });
    expect(repository.refs()).toEqual({ main: between });
    repository.beforePush('');
    git('pull', '--quiet');
    expect(repository.release('1.0.0').status).toBe(0);
    expectReleased(between);
  });

  test.each<[string, Place]>([
    ['while dist/ is built', 'build'],
    ['before its push', 'pre-push'],
    ['after its push', 'post-receive'],
  ])('ends right when it was killed %s and is run again', async (_, place) => {
    const before = git('rev-parse', 'HEAD');
    await repository.releaseKilled('1.0.0', place);
    expect(Object.keys(repository.refs())).toEqual(place === 'post-receive' ? ['main', 'v1.0.0'] : ['main']);
    expect(repository.release('1.0.0')).toMatchObject({ status: 0, said: RELEASED });
    expectReleased(before);
  });
});
