import { describe, expect, test } from '@jest/globals';
import { ignoreRules } from '../../src/image/ignore';
import { explained, someFiles } from '../support/build';
import { aRequest } from '../support/image';

describe('a base image that cannot be had', () => {
  test.each([
    [
      '#2 [internal] load metadata for ghcr.io/acme/none:1\n#2 ERROR: ghcr.io/acme/none:1: not found\nERROR: failed to solve: ghcr.io/acme/none:1: failed to resolve source metadata for ghcr.io/acme/none:1: ghcr.io/acme/none:1: not found',
      'ghcr.io/acme/none:1',
      'Correct the name and tag in FROM',
    ],
    [
      '#3 [internal] load metadata for docker.io/acme/secret:1\n#3 ERROR: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed\nERROR: failed to solve: acme/secret:1: pull access denied, repository does not exist or may require authorization',
      'docker.io/acme/secret:1',
      'docker/login-action',
    ],
    [
      '#3 [internal] load metadata for docker.io/library/node:24\n#3 ERROR: toomanyrequests: You have reached your unauthenticated pull rate limit.\nERROR: failed to solve: toomanyrequests: You have reached your unauthenticated pull rate limit.',
      'docker.io/library/node:24',
      'gives no more images for now',
    ],
    [
      '#3 [internal] load metadata for docker.io/nosuch/image:1\n#3 ERROR: failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp: network is unreachable\nERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp: network is unreachable',
      'docker.io/nosuch/image:1',
      'did not answer',
    ],
    [
      "Step 1/2 : FROM nosuch/image:1\npull access denied for nosuch/image, repository does not exist or may require 'docker login': denied",
      'nosuch/image:1',
      'docker/login-action',
    ],
    [
      'ERROR: failed to solve: node:24: failed to resolve source metadata for docker.io/library/node:24: no match for platform in manifest: not found',
      'docker.io/library/node:24',
      'for that platform',
    ],
    [
      'STEP 1/1: FROM nosuch:latest\nError: creating build container: short-name "nosuch:latest" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
      'nosuch:latest',
      '`docker.io/library/`',
    ],
    [
      '[1/2] STEP 1/3: FROM ghcr.io/acme/none:1 AS web\nTrying to pull ghcr.io/acme/none:1...\nError: creating build container: initializing source docker://ghcr.io/acme/none:1: reading manifest 1 in ghcr.io/acme/none: manifest unknown',
      'ghcr.io/acme/none:1',
      'Correct the name and tag in FROM',
    ],
  ])('is named, and no refused push: %#', (text, image, advice) => {
    const details = explained(text, { request: aRequest() });
    expect(details.code).toBe('image-build-failed');
    expect(details.cause).toContain(`failed: the base image ${image} cannot be had: `);
    expect(details.advice).toContain(advice);
  });
});

describe('a COPY of what is not there', () => {
  const NEWER = `#6 [2/2] COPY dist/app /dist
#6 ERROR: failed to calculate checksum of ref yw3jn::jxjz: "/dist/app": not found
ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate checksum of ref yw3jn::jxjz: "/dist/app": not found`;
  const OLDER = `#6 [2/2] COPY dist/app /dist
#6 ERROR: "/dist/app" not found: not found
ERROR: failed to build: failed to solve: failed to compute cache key: "/dist/app" not found: not found`;
  const LEGACY = `Step 2/2 : COPY dist/app /dist
COPY failed: file not found in build context or excluded by .dockerignore: stat dist/app: file does not exist`;
  const PODMAN = `STEP 2/2: COPY dist/app /dist
Error: building at STEP "COPY dist/app /dist": checking on sources under "/repository/app": copier: stat: "/dist/app": no such file or directory`;
  const PODMAN_IGNORED = `STEP 2/2: COPY dist/app /dist
Error: building at STEP "COPY dist/app /dist": no items matching glob "/repository/app/dist/app" copied (1 filtered out using /repository/app/.dockerignore): no such file or directory`;

  test.each([NEWER, OLDER, LEGACY, PODMAN_IGNORED])('since .dockerignore leaves it out: %#', (text) => {
    const files = someFiles({ rules: ignoreRules('dist'), exists: (path) => path === 'dist/app' });
    const { cause, advice } = explained(text, { files });
    expect(cause).toContain('dist/app is there, but .dockerignore leaves it out');
    expect(advice).toContain('!dist/app');
  });

  test.each([NEWER, OLDER, LEGACY, PODMAN])('since nobody made it: %#', (text) => {
    const { cause, advice } = explained(text);
    expect(cause).toContain('dist/app is not in the context');
    expect(advice).toContain('make dist/app in an earlier step');
  });
});

test.each([
  'ERROR: failed to build: failed to solve: target stage "nope" could not be found',
  'ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: target stage nope could not be found',
  'failed to reach build target nope in Dockerfile',
  'Error: The target "nope" was not found in the provided Dockerfile',
])('a stage that is not there, with those that are: %s', (text) => {
  const files = someFiles({ dockerfile: 'FROM x AS build\nFROM x AS web\n' });
  const { cause, advice } = explained(text, { files, request: aRequest({ target: 'nope' }) });
  expect(cause).toContain('there is no stage nope');
  expect(advice).toBe('Correct the input target: its stages are build, web.');
});

test('a word that is no instruction is told without the memory of podman’s parser', () => {
  const memory = '&imagebuilder.Step{Env:[]string{"PATH=/bin"}, Command:"copie", Original:"COPIE a /x"}';
  const text = `STEP 2/2: COPIE a /x\nError: building at STEP "COPIE ": Build error: Unknown instruction: "COPIE" ${memory}`;
  const files = someFiles({ dockerfile: 'FROM scratch\nCOPIE a /x\n' });
  const { cause, advice, place } = explained(text, { files });
  expect(cause).toBe(
    'the build of Dockerfile failed: building at STEP "COPIE ": Build error: Unknown instruction: "COPIE"',
  );
  expect(advice).toBe('Correct the Dockerfile at that line.');
  expect(place).toEqual({ file: 'Dockerfile', line: 2 });
});

describe('a build without the SSH key that it needs', () => {
  const ended = 'process "git clone" did not complete successfully: exit code: 128';
  test.each([
    [
      'ERROR: failed to build: failed to convert agent config {default [] false}: invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set',
      'Start an agent before this step',
    ],
    [
      'ERROR: failed to solve: rpc error: code = Unknown desc = unset ssh forward key git',
      'Give build-ssh, with the id',
    ],
    ['ERROR: failed to solve: no SSH key "default" forwarded from the client', 'Give build-ssh, with the id'],
    [
      `#7 [2/2] RUN git clone\n#7 0.1 git@github.com: Permission denied (publickey).\n#7 ERROR: ${ended}\nERROR: failed to solve: ${ended}`,
      'takes no SSH key of this step',
    ],
    [
      `#7 [2/2] RUN git clone\n#7 0.1 Host key verification failed.\n#7 ERROR: ${ended}\nERROR: failed to solve: ${ended}`,
      'known_hosts',
    ],
  ])('%s', (text, advice) => {
    const failure = explained(text);
    expect(failure.code).toBe('image-build-failed');
    expect(failure.advice).toContain(advice);
  });
});
