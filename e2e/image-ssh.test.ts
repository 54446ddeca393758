import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hosts } from '../sandbox/hosts.ts';
import { textAt } from '../src/json.ts';
import { BASE, prepareBase, withoutDocker } from './support/engines.ts';
import { useImageNamespace } from './support/image-namespace.ts';
import { deployImage, fromRegistry } from './support/image-run.ts';
import { everyArgument } from './support/processes.ts';
import { secretsIn } from './support/scenario.ts';

const REPOSITORY = 'org/image-ssh';
const image = `${hosts.registry.name}/${REPOSITORY}`;
/** Asks the agent for its keys (draft-ietf-sshm-ssh-agent, SSH_AGENTC_REQUEST_IDENTITIES), and tells the first. */
const ASK = `const agent = require('net').connect(process.env.SSH_AUTH_SOCK);
agent.write(Buffer.from([0, 0, 0, 1, 11]));
let answer = Buffer.alloc(0);
agent.on('data', (data) => {
  answer = Buffer.concat([answer, data]);
  if (answer.length < 4 || answer.length < 4 + answer.readUInt32BE(0)) return;
  console.log('the key is ' + answer.subarray(13, 13 + answer.readUInt32BE(9)).toString('base64'));
  agent.destroy();
});
`;
const dockerfileOf = (base: string, mount = 'type=ssh'): string =>
  `FROM ${base}\nCOPY ask.js a /\nRUN --mount=${mount} node /ask.js && sleep 2\n`;

let folder: string;
let key: string;
let publicKey: string;
let agent: ChildProcess;
let socket: string;

useImageNamespace();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-'));
  const file = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);
  key = await readFile(file, 'utf8');
  publicKey = (await readFile(`${file}.pub`, 'utf8')).split(' ')[1] ?? '';
  socket = join(folder, 'agent');
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  for (let tries = 0; !existsSync(socket) && tries < 100; tries += 1) await sleep(50);
  execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
});
afterAll(async () => {
  agent.kill();
  await rm(folder, { recursive: true });
});

const deploy = async (dockerfile: string, ssh: string, env: Readonly<Record<string, string>> = {}) =>
  deployImage(
    { Dockerfile: dockerfile, 'ask.js': ASK },
    { image, 'build-ssh': ssh, tags: 'latest' },
    { SSH_AUTH_SOCK: '', ...env },
  );

describe('a step that uses SSH', () => {
  it('has a key that is given, which is in no argument, log, layer or history', async () => {
    let seen = '';
    const watch = setInterval(() => (seen += everyArgument()), 100);
    const { code, report, printed: log } = await deploy(dockerfileOf('node:24-slim'), key);
    clearInterval(watch);
    expect([code, report.failures]).toEqual([0, []]);
    expect(log).toContain(`the key is ${publicKey}`);
    expect(seen).toContain('--ssh\0default=');
    const secrets = key.trim().split('\n').slice(1, -1);
    expect(secretsIn(seen, secrets)).toEqual([]);
    expect(secretsIn(log.replaceAll(/^::add-mask::.*$/gm, ''), secrets)).toEqual([]);
    const manifest = await fromRegistry(REPOSITORY, 'manifests/latest');
    const config = await fromRegistry(REPOSITORY, `blobs/${textAt(manifest, 'config', 'digest')}`);
    expect(secretsIn(JSON.stringify([manifest, config, report]), secrets)).toEqual([]);
  });

  it('has the agent of the machine', async () => {
    const { code, printed: log } = await deploy(dockerfileOf('node:24-slim'), 'default', {
      SSH_AUTH_SOCK: socket,
    });
    expect([code, log]).toEqual([0, expect.stringContaining(`the key is ${publicKey}`)]);
  });

  it('has an agent or a key by its path', async () => {
    for (const path of [socket, join(folder, 'key')]) {
      const { code, printed: log } = await deploy(
        dockerfileOf('node:24-slim', 'type=ssh,id=git'),
        `git=${path}`,
      );
      expect([code, log]).toEqual([0, expect.stringContaining(`the key is ${publicKey}`)]);
    }
  });

  it('is told of a key with a passphrase', async () => {
    const file = join(folder, 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'hunter2', '-f', file]);
    const { report } = await deploy(dockerfileOf('node:24-slim'), await readFile(file, 'utf8'));
    expect(report.failures).toMatchObject([
      { code: 'image-build-failed', advice: expect.stringContaining('without a passphrase') as unknown },
    ]);
  });

  it.each([
    ['no agent', 'default', 'type=ssh', 'Start an agent before this step'],
    ['nothing given', '', 'type=ssh,required=true', 'Give build-ssh, with the id'],
    ['nothing of that id', '', 'type=ssh,id=git,required=true', 'Give build-ssh, with the id'],
  ])('is told of %s', async (_, ssh, mount, advice) => {
    const { report } = await deploy(dockerfileOf('node:24-slim', mount), ssh);
    expect(report.failures).toMatchObject([
      { code: 'image-build-failed', advice: expect.stringContaining(advice) as unknown },
    ]);
  });
});

it.each(['podman', 'buildah'] as const)('%s gives a key to a step too', async (program) => {
  const config = await prepareBase(await mkdtemp(join(folder, program)));
  const engine = await withoutDocker(folder, program);
  const env = { ...engine, DOCKER_CONFIG: config };
  const { code, report, printed: log } = await deploy(dockerfileOf(BASE), key, env);
  expect([code, report.failures]).toEqual([0, []]);
  expect(log).toContain(`the key is ${publicKey}`);
});
