import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DockerBuilder } from '../../src/adapters/docker';
import { Scratch } from '../../src/adapters/scratch';
import { buildCommand } from '../../src/image/build-command';
import { failureOf } from '../support/failure';
import { FakeLog } from '../support/log';
import { FakeProgram } from '../support/program';

const request = { context: '.', file: 'Dockerfile', labels: {}, push: ['ghcr.io/acme/bot:1'] };
const login = { registry: 'ghcr.io', username: 'acme', password: 'hunter2-x' };
const SCRIPT = `
  console.log('#1 building');
  if (process.env.FAIL) { console.error('ERROR: failed to push: denied'); process.exit(1); }`;

let docker: FakeProgram;
let scratch: Scratch;

beforeEach(() => {
  docker = new FakeProgram('docker', SCRIPT);
  process.env['DOCKER_CONFIG'] = docker.folder;
  scratch = new Scratch();
});

afterEach(() => {
  scratch.remove();
  docker.remove();
});

const builder = (log = new FakeLog(), password = login.password): DockerBuilder =>
  new DockerBuilder(scratch, { ...login, password }, log, new AbortController().signal);

function usedConfig(): unknown {
  const folder = docker.calls[0]?.env['DOCKER_CONFIG'] ?? '';
  expect(folder.startsWith(scratch.folder)).toBe(true);
  return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
}

test('runs the build, with its lines in the log', async () => {
  const log = new FakeLog();
  await builder(log).build(request);
  expect(docker.calls.map(({ args }) => args)).toEqual([buildCommand(request)]);
  expect(log.lines).toEqual(['#1 building']);
});

test('logs in by a configuration of its own, never by an argument', async () => {
  await builder().build(request);
  const auth = Buffer.from('acme:hunter2-x').toString('base64');
  expect(usedConfig()).toEqual({ auths: { 'ghcr.io': { auth } } });
  expect(JSON.stringify(docker.calls[0]?.args)).not.toContain('hunter2');
});

test('keeps the user’s settings and other logins, but no credential store', async () => {
  const users = {
    auths: { 'quay.io': { auth: 'x' }, 'ghcr.io': { auth: 'old' } },
    credsStore: 'desktop',
    credHelpers: { 'ghcr.io': 'ours', 'gcr.io': 'theirs' },
    proxies: {},
  };
  writeFileSync(join(docker.folder, 'config.json'), JSON.stringify(users));
  mkdirSync(join(docker.folder, 'cli-plugins'));
  await builder().build(request);
  expect(usedConfig()).toEqual({
    auths: {
      'quay.io': { auth: 'x' },
      'ghcr.io': { auth: Buffer.from('acme:hunter2-x').toString('base64') },
    },
    credHelpers: { 'gcr.io': 'theirs' },
    proxies: {},
  });
  expect(readlinkSync(join(scratch.folder, 'docker', 'cli-plugins'))).toBe(
    join(docker.folder, 'cli-plugins'),
  );
  expect(JSON.parse(readFileSync(join(docker.folder, 'config.json'), 'utf8'))).toEqual(users);
});

test('without a password it takes the user’s own login', async () => {
  const auths = { 'ghcr.io': { auth: 'own' } };
  const users = { auths, credsStore: 'desktop', credHelpers: { 'ghcr.io': 'own' } };
  writeFileSync(join(docker.folder, 'config.json'), JSON.stringify(users));
  await builder(new FakeLog(), '').build(request);
  expect(usedConfig()).toEqual(users);
});

test('a build that fails is explained by what it wrote', async () => {
  process.env['FAIL'] = '1';
  const failure = await failureOf(builder().build(request));
  expect(failure.code).toBe('image-push-denied');
  expect(failure.evidence).toEqual(['#1 building', 'ERROR: failed to push: denied']);
});
