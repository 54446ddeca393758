import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ReleaseRepository } from '../support/release-repository';

jest.setTimeout(60_000);

let repository: ReleaseRepository;
beforeEach(() => {
  repository = new ReleaseRepository();
  repository.release('1.0.0');
});
afterEach(() => repository.end());

const git = (...args: readonly string[]): string => repository.git(repository.checkout, ...args);

/** Checks a tag out, as the workflow of the release does. */
const checkOut = (tag: string): string => git('checkout', '--quiet', '--detach', tag);

/** Makes a release of a patch beside main, as of an older line, and checks it out. */
function patchBeside(base: string, version: string): void {
  checkOut(base);
  repository.write('package.json', repository.read('package.json').replace('"1.0.0"', `"${version}"`));
  repository.write(
    'package-lock.json',
    repository.read('package-lock.json').replaceAll('"1.0.0"', `"${version}"`),
  );
  repository.write('CHANGELOG.md', `# Changelog\n\n## ${version} - 2026-01-01\n\n- A patch.\n`);
  repository.commit(version);
  git('tag', '--annotate', '--message', version, `v${version}`);
  git('push', '--quiet', 'origin', `v${version}`);
}

describe('script/release verify', () => {
  test('takes a tag that script/release made, also when main has gone on', () => {
    expect(repository.release('verify', 'v1.0.0')).toEqual({ status: 0, said: '' });
    repository.change('Later');
    checkOut('v1.0.0');
    expect(repository.release('verify', 'v1.0.0')).toEqual({ status: 0, said: '' });
  });

  test.each<[string, string, (at: ReleaseRepository) => void, readonly RegExp[]]>([
    ['what is no version', 'v1', () => undefined, [/^v1: must be such as v1\.2\.3$/]],
    [
      'a tag that is not there',
      'v1.0.1',
      () => undefined,
      [
        /^v1\.0\.1: is not the commit that is checked out, [0-9a-f]{40}$/,
        /^CHANGELOG\.md: has no 1\.0\.1$/,
        /^package\.json: has the version 1\.0\.0, but the tag is v1\.0\.1$/,
        /^package-lock\.json: has the version 1\.0\.0, but/,
      ],
    ],
    ['what is not in main', 'v1.0.1', () => patchBeside('v1.0.0', '1.0.1'), [/^v1\.0\.1: is not in main$/]],
    [
      'a dist/ that was changed by hand',
      'v1.0.0',
      (at) => {
        at.write('dist/index.js', 'other();\n');
        at.commit('x');
        at.git(at.checkout, 'tag', '--force', 'v1.0.0');
        at.git(at.checkout, 'push', '--quiet', '--force', 'origin', 'main', 'v1.0.0');
      },
      [/^dist\/: is not what the source gives$/],
    ],
    [
      'a file in dist/ that no build makes',
      'v1.0.0',
      (at) => {
        at.write('dist/more.js', '');
        at.commit('x');
        at.git(at.checkout, 'tag', '--force', 'v1.0.0');
        at.git(at.checkout, 'push', '--quiet', '--force', 'origin', 'main', 'v1.0.0');
      },
      [/^dist\/: is not what the source gives$/],
    ],
  ])('refuses %s', (_, tag, prepare, expected) => {
    prepare(repository);
    const { status, said } = repository.release('verify', tag);
    expect(said.trim().split('\n')).toEqual(expected.map((each) => expect.stringMatching(each) as unknown));
    expect(status).toBe(1);
  });
});

describe('script/release publish', () => {
  test('makes the release with what the changelog says, and v1', () => {
    checkOut('v1.0.0');
    expect(repository.release('publish', 'v1.0.0')).toEqual({ status: 0, said: 'v1 is at v1.0.0\n' });
    const { main } = repository.refs();
    expect(repository.refs()).toEqual({ main, 'v1.0.0': main, v1: main });
    expect(repository.notes('v1.0.0')).toBe('- All of it.');
  });

  test('moves v1 on, again as well, and never back', () => {
    repository.release('publish', 'v1.0.0');
    repository.change('Ten');
    repository.release('1.10.0');
    expect(repository.release('publish', 'v1.10.0').status).toBe(0);
    const moved = repository.refs();
    expect(moved['v1']).toBe(moved['v1.10.0']);
    expect(repository.release('publish', 'v1.10.0')).toEqual({ status: 0, said: 'v1 is at v1.10.0\n' });
    checkOut('v1.0.0');
    expect(repository.release('publish', 'v1.0.0')).toEqual({
      status: 0,
      said: 'v1 stays where it is: v1.10.0 is newer than v1.0.0\n',
    });
    expect(repository.refs()).toEqual(moved);
    expect([repository.notes('v1.0.0'), repository.notes('v1.10.0')]).toEqual(['- All of it.', '- Ten']);
  });

  test('leaves v1 where an older line gets a patch, and where a new major begins', () => {
    repository.change('Nine');
    repository.release('1.9.0');
    repository.release('publish', 'v1.9.0');
    const { v1 } = repository.refs();
    patchBeside('v1.0.0', '1.0.1');
    expect(repository.release('publish', 'v1.0.1').status).toBe(0);
    expect(repository.notes('v1.0.1')).toBe('- A patch.');
    expect(repository.refs()).toMatchObject({ v1 });
    git('checkout', '--quiet', 'main');
    repository.change('Two');
    repository.release('2.0.0');
    expect(repository.release('publish', 'v2.0.0').status).toBe(0);
    const refs = repository.refs();
    expect(refs).toMatchObject({ v1, v2: refs['v2.0.0'] });
  });

  test('leaves v1 alone where somebody else moves it in that moment, and says that it failed', () => {
    repository.release('publish', 'v1.0.0');
    const elsewhere = git('rev-parse', 'HEAD^');
    repository.change('Ten');
    repository.release('1.10.0');
    repository.beforePush(`git --git-dir=${repository.origin} update-ref refs/tags/v1 ${elsewhere}`);
    expect(repository.release('publish', 'v1.10.0').status).toBe(1);
    expect(repository.refs()).toMatchObject({ v1: elsewhere });
    repository.beforePush('');
    expect(repository.release('publish', 'v1.10.0')).toEqual({ status: 0, said: 'v1 is at v1.10.0\n' });
  });

  test('fails where GitHub makes no release, and then moves nothing', () => {
    repository.withoutGitHub();
    expect(repository.release('publish', 'v1.0.0').status).toBe(1);
    expect(repository.refs()).not.toHaveProperty('v1');
  });
});
