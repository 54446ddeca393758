import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubeconfigText } from './support/kubeconfig';

const root = join(import.meta.dirname, '..');
const SHIPPED = ['dist', 'manifests', 'terraform', 'action.yml'];

let folder = '';
let workspace = '';

beforeAll(() => {
  for (const entry of ['main', 'post']) {
    const file = join('dist', entry, 'index.js');
    if (!existsSync(join(root, file)))
      throw new Error(`${file} is missing: run \`npm run build\` to make it`);
  }
  folder = mkdtempSync(join(tmpdir(), 'wpp-bundle-'));
  for (const name of SHIPPED) cpSync(join(root, name), join(folder, 'action', name), { recursive: true });
  workspace = join(folder, 'workspace');
  for (const name of ['workspace', 'temp']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'event.json'), JSON.stringify({ repository: { default_branch: 'main' } }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = (entry: 'main' | 'post'): string => join(folder, 'action', 'dist', entry, 'index.js');

/** What the runner gives to each step. */
const environment = () => ({
  PATH: process.env['PATH'] ?? '',
  RUNNER_TEMP: join(folder, 'temp'),
  GITHUB_EVENT_NAME: 'push',
  GITHUB_EVENT_PATH: join(folder, 'event.json'),
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'acme/bot',
  GITHUB_RUN_ID: '1',
});

/** Runs a file of the bundle as the runner does: in the workspace, with inputs in the environment and nothing else. */
function start(
  entry: 'main' | 'post',
  env: Readonly<Record<string, string>>,
): { code: number | null; output: string } {
  const options = { cwd: workspace, env: { ...environment(), ...env }, encoding: 'utf8' } as const;
  const child = spawnSync(process.execPath, [program(entry)], options);
  return { code: child.status, output: child.stdout + child.stderr };
}

test('the copy has no packages beside it', () => {
  expect(readdirSync(join(folder, 'action')).sort()).toEqual([...SHIPPED].sort());
});

test.each(['main', 'post'])('%s has the licence of every package that is in it', (entry) => {
  const files = readdirSync(join(folder, 'action', 'dist', entry));
  const text = (ending: string): string =>
    files
      .filter((name) => name.endsWith(ending))
      .map((name) => readFileSync(join(folder, 'action', 'dist', entry, name), 'utf8'))
      .join('\n');
  // The bundler notes above each module which file it is of.
  const packages = [
    ...text('.js').matchAll(/ MODULE: \.\/(?:\S+\/)?node_modules\/((?:@[^\s/]+\/)?[^\s/]+)/g),
  ].map(([, name]) => name ?? '');
  expect(packages).toContain('@actions/core');
  const licensed = new Set(text('.licenses.txt').split('\n'));
  expect([...new Set(packages)].filter((name) => !licensed.has(name))).toEqual([]);
});

describe('main', () => {
  const bad = {
    INPUT_COMMAND: 'undo',
    INPUT_COMMENT: 'yes',
    'INPUT_ROLLOUT-TIMEOUT': 'soon',
    'INPUT_LINODE-TOKEN': 'linode-hunter2',
    'INPUT_KUBE-CONFIG': 'kube-hunter2',
  };

  test('with bad inputs: all faults in one message, exit code 1, no stack', () => {
    const { code, output } = start('main', bad);
    const errors = output.split('\n').filter((line) => line.startsWith('::error::'));
    expect(code).toBe(1);
    expect(errors).toHaveLength(1);
    const [head, ...faults] = (errors[0] ?? '').split('%0A');
    expect(head).toMatch(/^::error::input-invalid: \d+ inputs are not right; nothing was touched:$/);
    expect(faults.map((fault) => fault.split(' ').slice(0, 2).join(' '))).toEqual(
      expect.arrayContaining([
        '- command',
        '- comment',
        '- rollout-timeout',
        '- file',
        '- registry-password',
        '- state-access-key',
        '- state-secret-key',
        '- kube-config',
      ]),
    );
    expect(head).toContain(` ${faults.length} inputs`);
    expect(output).not.toMatch(/^\s+at /m);
  });

  test('tells them from the first file of the bundle alone: a longer start is for runs that do something', () => {
    const dist = join(folder, 'action', 'dist', 'main');
    const rest = readdirSync(dist).filter((name) => /^\d+\.index\.js$/.test(name));
    expect(rest).not.toEqual([]);
    const expected = start('main', bad);
    for (const name of rest) renameSync(join(dist, name), join(dist, `${name}.away`));
    try {
      expect(start('main', bad)).toEqual(expected);
    } finally {
      for (const name of rest) renameSync(join(dist, `${name}.away`), join(dist, name));
    }
  });

  test('secrets stand in masks alone', () => {
    const lines = start('main', bad).output.split('\n');
    expect(lines).toContain('::add-mask::linode-hunter2');
    expect(lines.filter((line) => line.includes('hunter2') && !line.startsWith('::add-mask::'))).toEqual([]);
  });

  test('finds the shipped sets: their faults would be told', () => {
    const { output } = start('main', bad);
    expect(output).not.toMatch(/terraform-directory|- manifests/);
  });

  test('on an event that it does not know', () => {
    const { code, output } = start('main', { GITHUB_EVENT_NAME: 'watch' });
    expect(code).toBe(1);
    expect(output).toContain('::error::input-invalid: 1 input is not right');
    expect(output).toContain('the event "watch" is not one of');
    expect(output).not.toMatch(/^\s+at /m);
  });

  test('with manifests that have faults: they are told before anything is touched', () => {
    mkdirSync(join(workspace, 'manifests'));
    writeFileSync(join(workspace, 'manifests', 'a.yaml'), 'kind: [');
    writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch');
    const [outputs, state] = [join(folder, 'outputs'), join(folder, 'state')];
    for (const file of [outputs, state]) writeFileSync(file, '');
    const { code, output } = start('main', {
      'INPUT_GITHUB-TOKEN': 'ghs_0123456789',
      INPUT_INFRA: 'never',
      'INPUT_KUBE-CONFIG': kubeconfigText(),
      GITHUB_OUTPUT: outputs,
      GITHUB_STATE: state,
    });
    expect(code).toBe(1);
    expect(output).toMatch(
      /::error file=manifests\/a\.yaml,line=1::manifests: manifest-invalid: manifests\/a\.yaml:1: /,
    );
    expect(readFileSync(outputs, 'utf8')).toMatch(/^failure-code<<.*\nmanifest-invalid\n/m);
    expect(readFileSync(state, 'utf8')).toContain('wpp-deploy-');
    expect(readdirSync(join(folder, 'temp')).filter((name) => !name.endsWith('.json'))).toEqual([]);
  });
});

test('behind a proxy it asks by way of that, where Node is told to', async () => {
  const asked = new Set<string>();
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    asked.add(url);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = proxy.address() as AddressInfo;
  writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch');
  const env = {
    ...environment(),
    PATH: '',
    'INPUT_GITHUB-TOKEN': 'ghs_0123456789',
    INPUT_COMMAND: 'preview',
    INPUT_INFRA: 'never',
    INPUT_MANIFESTS: 'never',
    HTTPS_PROXY: `http://127.0.0.1:${port}`,
    NODE_USE_ENV_PROXY: '1',
  };
  const child = spawn(process.execPath, [program('main')], { cwd: workspace, env, stdio: 'ignore' });
  await new Promise((resolve) => child.on('close', resolve));
  proxy.close();
  expect([...asked]).toEqual(['ghcr.io:443']);
}, 60_000);

describe('post', () => {
  test('without a state ends well and says nothing', () => {
    expect(start('post', {})).toEqual({ code: 0, output: '' });
  });

  test('removes what main left behind', () => {
    const scratch = join(folder, 'temp', 'wpp-deploy-left');
    mkdirSync(join(scratch, 'docker'), { recursive: true });
    writeFileSync(join(scratch, 'docker', 'config.json'), '{}');
    expect(start('post', { STATE_scratch: scratch })).toEqual({ code: 0, output: '' });
    expect(existsSync(scratch)).toBe(false);
    expect(start('post', { STATE_scratch: scratch }).code).toBe(0);
  });

  test('fails no job by what it cannot read, and removes it', () => {
    const scratch = join(folder, 'temp', 'wpp-deploy-broken');
    mkdirSync(scratch);
    writeFileSync(join(scratch, 'terraform-runs.json'), '{"pid":');
    const { code, output } = start('post', { STATE_scratch: scratch });
    expect([code, existsSync(scratch)]).toEqual([0, false]);
    expect(output).toContain('::warning::report: the clean-up ended early: ');
  });
});
