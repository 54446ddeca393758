import { describe, expect, test } from '@jest/globals';
import { explainBuild } from '../../src/image/build-failure';
import { aRequest } from '../support/image';

const request = aRequest({ push: 'ghcr.io/acme/bot:1' });

describe('the class is told by what buildx wrote', () => {
  test.each<[string, number, string, string]>([
    ['no docker', 127, '', 'image-engine-missing'],
    ['no buildx', 1, "docker: 'buildx' is not a docker command.", 'image-engine-missing'],
    ['an old docker', 125, 'unknown flag: --progress', 'image-engine-missing'],
    ['no engine', 1, 'ERROR: Cannot connect to the Docker daemon at unix:///x', 'image-engine-missing'],
    ['denied', 1, 'ERROR: failed to push ghcr.io/acme/bot:1: denied: no write', 'image-push-denied'],
    ['unauthorized', 1, 'ERROR: failed to solve: failed to push: 401 Unauthorized', 'image-push-denied'],
    ['forbidden', 1, 'ERROR: unexpected status: 403 Forbidden', 'image-push-denied'],
    ['scope', 1, 'ERROR: failed to authorize: insufficient_scope', 'image-push-denied'],
    ['cut', 1, 'ERROR: failed to solve: failed to push ghcr.io/acme/bot:1: EOF', 'image-push-failed'],
    ['blob', 1, 'ERROR: failed to copy: unknown blob', 'image-push-failed'],
    ['a step', 1, 'ERROR: failed to solve: process "/bin/sh -c false" exit code: 1', 'image-build-failed'],
    ['no error line', 17, 'something else', 'image-build-failed'],
  ])('%s', (_, code, line, expected) => {
    expect(explainBuild(request, code, ['#1 ok', line])).toMatchObject({ code: expected });
  });
});

test('without a push nothing can be denied', () => {
  const details = explainBuild({ ...request, push: undefined }, 1, ['ERROR: pull access denied']);
  expect(details.code).toBe('image-build-failed');
});

test('a denied line of an earlier build step does not make it a refused push', () => {
  const tail = ['#7 curl: 403 Forbidden, permission denied', 'ERROR: failed to solve: exit code: 22'];
  expect(explainBuild(request, 1, tail).code).toBe('image-build-failed');
});

test('the cause is the last error, without its prefixes', () => {
  const tail = ['ERROR: first', ' ERROR: failed to solve: the last one '];
  expect(explainBuild(request, 1, tail).cause).toBe('the build of Dockerfile failed: the last one');
});

test('without any error the exit code is the cause', () => {
  expect(explainBuild(request, 17, []).cause).toBe(
    'the build of Dockerfile failed: docker ended with exit code 17',
  );
});

test('the evidence is the last 20 lines', () => {
  const tail = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const { evidence } = explainBuild(request, 1, tail);
  expect(evidence).toEqual(tail.slice(10));
});
