import { describe, expect, test } from '@jest/globals';
import { explained, someFiles } from '../support/build';
import { aRequest } from '../support/image';

const request = aRequest({ file: './app/Dockerfile', push: 'ghcr.io/acme/bot:1' });

/** What a build prints whose push by the driver `docker` ends so. */
const pushed = (error: string): string => `#9 pushing ghcr.io/acme/bot:1 with docker
#9 pushing layer 02761c3a84f8 10.24kB / 270B 0.0s
#9 ERROR: ${error}
------
 > pushing ghcr.io/acme/bot:1 with docker:
------
ERROR: failed to build: ${error}`;

/** The same by BuildKit itself. */
const exported = (error: string): string => `#8 exporting to image
#8 exporting layers done
#8 pushing layers done
#8 ERROR: failed to push ghcr.io/acme/bot:1: ${error}
------
 > exporting to image:
------
ERROR: failed to build: failed to solve: failed to push ghcr.io/acme/bot:1: ${error}`;

describe('no engine', () => {
  test.each<[string, number, string]>([
    ['no docker', 127, ''],
    ['an old docker', 125, "unknown flag: --progress\nSee 'docker buildx build --help'."],
    [
      'an old buildx',
      125,
      "unknown flag: --sbom\nSee 'docker buildx build --help'.\n\nUsage:  docker buildx build [OPTIONS] PATH | URL | -\n\nStart a build\n",
    ],
    ['no buildx', 1, "docker: 'buildx' is not a docker command."],
    [
      'no engine',
      1,
      'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is it running?',
    ],
    ['not allowed', 1, 'ERROR: permission denied while trying to connect to the Docker daemon socket'],
  ])('%s', (_, exitCode, text) => {
    expect(explained(text, { exitCode }).code).toBe('image-engine-missing');
  });
});

test.each([
  'the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled',
  'the --chmod option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/',
])('what docker without buildx cannot build: %s', (said) => {
  expect(explained(`Step 1/2 : FROM x\n ---> 1\n${said}`).code).toBe('image-engine-unfit');
});

test.each([
  'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: i/o timeout',
  'Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit.',
  'Error response from daemon: failed to create task for container: no space left on device',
  'Error response from daemon: no such host',
  'timeout waiting for 1 pods to be ready',
])('a builder that does not start is no fault of the Dockerfile: %s', (error) => {
  const text = `#0 building with "b" instance using docker-container driver
#1 [internal] booting buildkit
#1 pulling image moby/buildkit:buildx-stable-1
#1 ERROR: ${error}
------
 > [internal] booting buildkit:
------
ERROR: failed to build: ${error}`;
  const { code, cause, place } = explained(text, { request });
  expect(code).toBe('image-engine-missing');
  expect(cause).toBe(`the builder that is to build ./app/Dockerfile does not start: ${error}`);
  expect(place).toBeUndefined();
});

describe('a disk that is full while it is pushed is the registry’s where that answers so', () => {
  test.each([
    ['unexpected status from PUT request: 507 Insufficient Storage', 'image-push-denied'],
    ['received unexpected HTTP status: 500: write /x: no space left on device', 'image-push-denied'],
    ['write /var/lib/buildkit/x: no space left on device', 'image-build-failed'],
  ])('%s: %s', (error, code) => {
    for (const text of [pushed(error), exported(error)]) expect(explained(text, { request }).code).toBe(code);
  });
});

describe('a push that the registry refuses is not tried again', () => {
  test.each([
    'denied: permission_denied: write_package',
    'denied: installation not allowed to Create organization package',
    'denied: requested access to the resource is denied',
    'unauthorized: unauthenticated: User cannot be authenticated with the token provided.',
    'unexpected status from HEAD request to https://ghcr.io/v2/acme/bot/blobs/sha256:0: 403 Forbidden',
    'unexpected status from POST request to https://ghcr.io/v2/acme/bot/blobs/uploads/: 401 Unauthorized',
    'failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden',
    'insufficient_scope: authorization failed',
    'name unknown: repository name not known to registry',
    'manifest invalid: manifest invalid',
    'unexpected status from PUT request: 413 Request Entity Too Large',
  ])('%s', (error) => {
    for (const text of [pushed(error), exported(error)]) {
      const details = explained(text, { request });
      expect(details.code).toBe('image-push-denied');
      expect(details.cause).toContain('the registry refused the push of ghcr.io/acme/bot:1: ');
      expect(details.cause).toContain(error);
    }
    expect(explained(error, { request, isPush: true }).code).toBe('image-push-denied');
  });
});

describe('a push that broke may be tried again', () => {
  test.each([
    'unknown blob',
    'blob upload unknown',
    'EOF',
    'unexpected EOF',
    'failed commit on ref "layer-sha256:401403": unexpected status from PUT request: 502 Bad Gateway',
    'received unexpected HTTP status: 502 Bad Gateway',
    'received unexpected HTTP status: 503 Service Unavailable',
    'toomanyrequests: retry-after: 1s, allowed: 44000/minute',
    'unexpected status from PUT request to https://ghcr.io: 429 Too Many Requests',
    'write tcp 10.0.0.1:4321->140.82.121.33:443: write: connection reset by peer',
    'net/http: TLS handshake timeout',
    'dial tcp: lookup ghcr.io: i/o timeout',
    'dial tcp 127.0.0.1:443: connect: connection refused',
  ])('%s', (error) => {
    for (const text of [pushed(error), exported(error)])
      expect(explained(text, { request }).code).toBe('image-push-failed');
    expect(explained(error, { request, isPush: true }).code).toBe('image-push-failed');
  });
});

describe('what stands in the name of an image is no answer of its registry', () => {
  const named = (name: string): string[] => [
    `unexpected status from PUT request to https://ghcr.io/v2/${name}/blobs/uploads/1: 502 Bad Gateway`,
    `failed commit on ref "ghcr.io/${name}:1": unexpected EOF`,
  ];
  test.each([
    'acme/quotation-service',
    'acme/http-403-page',
    'acme/access-denied',
    'denied/unauthorized',
    'forbidden',
  ])('%s', (repository) => {
    const name = { registry: 'ghcr.io', repository };
    const given = { request: aRequest({ name, push: `ghcr.io/${repository}:1` }) };
    for (const error of named(repository)) {
      const text = exported(error).replaceAll('acme/bot', repository);
      expect(explained(text, given).code).toBe('image-push-failed');
    }
    const refused = exported('denied: permission_denied: write_package').replaceAll('acme/bot', repository);
    expect(explained(refused, given)).toMatchObject({
      code: 'image-push-denied',
      advice: expect.stringContaining('Manage Actions access') as unknown,
    });
  });
});

describe('a step that fails', () => {
  const NEWER = `#5 [2/2] RUN echo hello &&   exit 7
#5 0.192 hello
#5 ERROR: process "/bin/sh -c echo hello &&   exit 7" did not complete successfully: exit code: 7
------
 > [2/2] RUN echo hello &&   exit 7:
0.192 hello
------
Dockerfile:2
--------------------
   1 |     FROM x
   2 | >>> RUN echo hello && \\
   3 | >>>   exit 7
--------------------
ERROR: failed to build: failed to solve: process "/bin/sh -c echo hello &&   exit 7" did not complete successfully: exit code: 7`;
  const OLDER = `#5 [2/2] RUN echo hello &&   exit 7
#5 0.628 hello
#5 ERROR: executor failed running [/bin/sh -c echo hello &&   exit 7]: exit code: 7
------
 > [2/2] RUN echo hello &&   exit 7:
0.628 hello
------
ERROR: failed to build: failed to solve: executor failed running [/bin/sh -c echo hello &&   exit 7]: exit code: 7`;
  const LEGACY = `Step 1/2 : FROM x
 ---> 1b1a3b1104aa
Step 2/2 : RUN echo hello &&   exit 7
 ---> Running in 2594cddd584b
hello
The command '/bin/sh -c echo hello &&   exit 7' returned a non-zero code: 7`;
  const files = someFiles({ dockerfile: 'FROM x\nRUN echo hello && \\\n  exit 7\n' });

  test.each([
    ['newer', NEWER],
    ['older', OLDER],
    ['legacy', LEGACY],
  ])('is shown with its output, at its line: %s', (_, text) => {
    const details = explained(text, { request, files });
    expect(details.code).toBe('image-build-failed');
    expect(details.cause).toMatch(/^the build of .\/app\/Dockerfile failed: (process|executor|The command)/);
    expect(details.place).toEqual({ file: 'app/Dockerfile', line: 2 });
    expect(details.evidence).toContain('hello');
    expect(details.evidence?.[0]).toContain('RUN echo hello');
  });

  test('shows its last twenty lines', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `#5 0.${index} line ${index}`);
    const text = ['#5 [2/2] RUN x', ...lines, '#5 ERROR: exit code: 1', 'ERROR: exit code: 1'].join('\n');
    const { evidence = [] } = explained(text);
    expect(evidence).toHaveLength(21);
    expect([evidence[1], evidence.at(-1)]).toEqual(['line 10', 'line 29']);
  });

  test('that was denied something itself is no refused push', () => {
    const text = `#7 [2/2] RUN curl x
#7 0.1 curl: 403 Forbidden, permission denied
#7 ERROR: process "curl x" did not complete successfully: exit code: 22
ERROR: failed to solve: process "curl x" did not complete successfully: exit code: 22`;
    expect(explained(text, { request }).code).toBe('image-build-failed');
  });

  test('that was killed says so', () => {
    const text = 'ERROR: failed to solve: process "npm ci" did not complete successfully: exit code: 137';
    expect(explained(text).advice).toContain('too little memory');
  });

  test.each([
    ['process "/bin/sh -c true" did not complete successfully: exit code: 255'],
    ['executor failed running [/bin/sh -c true]: exit code: 1'],
  ])('that runs a program of another processor says so: %s', (ended) => {
    const text = `#5 [linux/arm64 2/2] RUN true
#5 0.189 exec /bin/sh: exec format error
#5 ERROR: ${ended}
ERROR: failed to build: failed to solve: ${ended}`;
    expect(explained(text).advice).toContain('another processor');
  });
});

test('a Dockerfile that is none is shown at its line', () => {
  const newer =
    'ERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: FRUM (did you mean FROM?)';
  const older =
    'ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: FRUM';
  for (const text of [newer, older]) {
    const { cause, place } = explained(text);
    expect(cause).toMatch(
      /^the build of Dockerfile failed: dockerfile parse error (on )?line 2: unknown instr/,
    );
    expect(place).toEqual({ file: 'Dockerfile', line: 2 });
  }
});

test('a full disk', () => {
  const text =
    '#5 [2/2] RUN x\n#5 ERROR: write /x: no space left on device\nERROR: write /x: no space left on device';
  expect(explained(text).cause).toMatch(/^the disk of the builder is full/);
});

test('layers of earlier builds that are not there are no failure', () => {
  const text = `#4 importing cache manifest from ghcr.io/acme/bot:buildcache
#4 ERROR: failed to configure registry cache importer: 403 Forbidden
#5 [2/2] RUN exit 1
#5 ERROR: exit code: 1
ERROR: failed to solve: exit code: 1`;
  const { code, evidence } = explained(text, { request });
  expect(code).toBe('image-build-failed');
  expect(evidence?.join()).toContain('RUN exit 1');
});

test('without any words the exit code is the cause', () => {
  expect(explained('', { exitCode: 17 }).cause).toBe(
    'the build of Dockerfile failed: the builder ended with exit code 17',
  );
});
