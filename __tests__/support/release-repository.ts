import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Stands for GitHub's program: says of CI what `runs.json` has, and keeps each release as a file with its notes. */
const GH = `#!/bin/sh
case "$1 $2" in
  'run list') echo "$@" >"$GH_STATE/asked"; cat "$GH_STATE/runs.json" ;;
  'release view') test -e "$GH_STATE/$3" ;;
  'release create') ! test -e "$GH_STATE/$3" && cat >"$GH_STATE/$3" ;;
  *) exit 2 ;;
esac
`;
/** Tells that a run has come to this place, and waits to be killed; any other run goes on. */
const waitIn = (place: Place): string => `if [ "$WAIT_IN" = ${place} ]; then touch "$MARK"; sleep 60; fi`;
const BUILD = `rm -rf dist; ${waitIn('build')}; mkdir dist; cp source.js dist/index.js`;
const LOCK = {
  name: 'x',
  version: '0.1.0',
  lockfileVersion: 3,
  packages: { '': { name: 'x', version: '0.1.0' } },
};

/** Where a release can be killed. */
export type Place = 'build' | 'pre-push' | 'post-receive';

export interface Ended {
  readonly status: number | null;
  readonly said: string;
}

/** A small repository with this one's script/release, its `origin`, and GitHub's program beside it. */
export class ReleaseRepository {
  readonly folder = mkdtempSync(join(tmpdir(), 'wpp-release-'));
  readonly origin = join(this.folder, 'origin.git');
  readonly checkout = join(this.folder, 'checkout');
  readonly #github = join(this.folder, 'github');

  constructor() {
    this.git(this.folder, 'init', '--quiet', '--bare', '--initial-branch=main', this.origin);
    this.git(this.folder, 'init', '--quiet', '--initial-branch=main', this.checkout);
    this.git(this.checkout, 'remote', 'add', 'origin', this.origin);
    for (const path of [...globSync('script/release*'), 'sandbox/command.ts'])
      cpSync(path, join(this.checkout, path));
    // There is no package to install.
    this.write('script/bootstrap', '#!/bin/sh\n');
    chmodSync(join(this.checkout, 'script/bootstrap'), 0o755);
    this.write(
      'package.json',
      json({ name: 'x', version: '0.1.0', type: 'module', scripts: { build: BUILD } }),
    );
    this.write('package-lock.json', json(LOCK));
    this.write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- All of it.\n');
    this.write('source.js', 'export {};\n');
    this.write('dist/index.js', 'export {};\n');
    this.commit('The first');
    this.git(this.checkout, 'push', '--quiet', '--set-upstream', 'origin', 'main');
    this.#addProgram();
    for (const [repository, hook] of [
      [join(this.checkout, '.git'), 'pre-push'],
      [this.origin, 'post-receive'],
    ] as const)
      writeFileSync(join(repository, 'hooks', hook), `#!/bin/sh\n${waitIn(hook)}\n`, { mode: 0o755 });
    this.ci([{ workflowName: 'CI', status: 'completed', conclusion: 'success' }]);
  }

  /** Writes a file of the checkout. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.checkout, path)), { recursive: true });
    writeFileSync(join(this.checkout, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.checkout, path), 'utf8');
  }

  /** Commits all that the checkout has. */
  commit(message: string): void {
    this.git(this.checkout, 'add', '--all');
    this.git(this.checkout, 'commit', '--quiet', '--message', message);
  }

  /** Writes something to release, commits and pushes it. */
  change(words: string): void {
    this.write(
      'CHANGELOG.md',
      this.read('CHANGELOG.md').replace('## Unreleased\n', `## Unreleased\n\n- ${words}\n`),
    );
    this.commit(words);
    this.git(this.checkout, 'push', '--quiet');
  }

  /** Lets GitHub say this of the runs at every commit. */
  ci(runs: readonly Readonly<Record<string, string>>[]): void {
    const url = 'https://github.com/org/x/actions/runs/1';
    writeFileSync(join(this.#github, 'runs.json'), JSON.stringify(runs.map((run) => ({ url, ...run }))));
  }

  /** Gives the commit whose CI was asked for. */
  asked(): string | undefined {
    return /--commit (\S+)/.exec(readFileSync(join(this.#github, 'asked'), 'utf8'))?.[1];
  }

  withoutGitHub(): void {
    rmSync(join(this.#github, 'bin/gh'));
  }

  /** Gives the notes of GitHub's release of a tag. */
  notes(tag: string): string | undefined {
    const file = join(this.#github, tag);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** Gives all branches and tags of `origin`, by name, with their commits. */
  refs(): Readonly<Record<string, string>> {
    const lines = this.git(
      this.origin,
      'for-each-ref',
      '--format=%(refname:short) %(objectname) %(*objectname)',
    );
    const pairs = lines.split('\n').map((line) => line.split(' '));
    return Object.fromEntries(
      pairs.map(([name = '', object = '', peeled = '']) => [name, peeled === '' ? object : peeled]),
    );
  }

  git(folder: string, ...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      env: this.#env(),
    });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  /** Lets git run a script before it pushes. */
  beforePush(script: string): void {
    writeFileSync(join(this.checkout, '.git/hooks/pre-push'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  release(...args: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync('script/release', args, {
      cwd: this.checkout,
      env: this.#env(),
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  }

  /** Starts a release, and kills it with all its children when it has come to this place. */
  async releaseKilled(version: string, place: Place): Promise<void> {
    const mark = join(this.folder, 'mark');
    const child = spawn('script/release', [version], {
      cwd: this.checkout,
      env: { ...this.#env(), WAIT_IN: place, MARK: mark },
      detached: true,
      stdio: 'ignore',
    });
    const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
    while (!existsSync(mark) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    if (child.exitCode !== null || child.pid === undefined)
      throw new Error('it ended before it could be killed');
    process.kill(-child.pid, 'SIGKILL');
    await ended;
    rmSync(mark);
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #addProgram(): void {
    mkdirSync(join(this.#github, 'bin'), { recursive: true });
    writeFileSync(join(this.#github, 'bin/gh'), GH, { mode: 0o755 });
  }

  #env(): Readonly<Record<string, string>> {
    const person = { NAME: 'octocat', EMAIL: 'octocat@example.com' };
    return {
      // Beside the programs of the system, this Node and npm; git's settings of the machine have no say.
      PATH: [join(this.#github, 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
      HOME: this.folder,
      GH_STATE: this.#github,
      GIT_CONFIG_NOSYSTEM: '1',
      ...Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((role) =>
          Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
        ),
      ),
    };
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
