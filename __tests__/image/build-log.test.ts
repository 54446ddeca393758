import { expect, test } from '@jest/globals';
import { BuildLog } from '../../src/image/build-log';

const told = (text: string): readonly string[] => {
  const log = new BuildLog();
  return text.split('\n').flatMap((line) => log.add(line) ?? []);
};

test('a build is told by its steps, each as it ends, with its time', () => {
  expect(
    told(`#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 115B done
#1 DONE 0.0s

#4 importing cache manifest from ghcr.io/acme/bot:buildcache
#4 ERROR: failed to configure registry cache importer: not found

#5 [1/3] FROM docker.io/library/node:24-slim
#5 CACHED

#6 [2/3] RUN npm ci
#6 0.228 added 3 packages

#7 [build internal] load build context
#7 DONE 0.1s

#6 [2/3] RUN npm ci
#6 0.300 DONE is what a program may say
#6 DONE 10.4s

#8 [3/3] RUN ${'x'.repeat(200)}
#8 ERROR: exit code: 1
#9 [web 1/1] RUN y
#9 CANCELED`),
  ).toEqual([
    'importing cache manifest from ghcr.io/acme/bot:buildcache (not there)',
    '[1/3] FROM docker.io/library/node:24-slim (cached)',
    '[2/3] RUN npm ci (10.4s)',
    `[3/3] RUN ${'x'.repeat(110)}… (failed)`,
  ]);
});

test.each([
  'importing cache manifest from gha:11810711476568100425',
  'exporting to GitHub Actions Cache',
  'exporting cache to registry',
  'exporting cache to client directory',
  'exporting cache to Amazon S3',
  'exporting cache to Azure Blob Storage',
])('a cache that is not there is no step that failed: %s', (title) => {
  const log = new BuildLog();
  expect([log.add(`#7 ${title}`), log.add('#7 ERROR: connection refused')]).toEqual([
    undefined,
    `${title} (not there)`,
  ]);
  expect(log.failed).toBeUndefined();
});

test('docker’s older builder is told step by step', () => {
  expect(told('Step 1/2 : FROM x\n ---> 1b1a3b1104aa\nStep 2/2 : RUN y\n')).toEqual(['FROM x', 'RUN y']);
});

test('podman is told step by step', () => {
  expect(
    told(
      '[1/2] STEP 1/2: FROM x AS one\n--> 80d79ee83c5\n[2/2] STEP 1/1: FROM y\n[2/2] COMMIT\nSTEP 3/3: RUN z',
    ),
  ).toEqual(['FROM x AS one', 'FROM y', 'RUN z']);
});

test('the whole log is kept, but for the beginning of an endless one', () => {
  const log = new BuildLog();
  for (let line = 0; line < 20_010; line += 1) log.add(`line ${line}`);
  expect([log.lines.length, log.lines[0]]).toEqual([20_000, 'line 10']);
});

test('a step that only writes what looks like an end goes on', () => {
  expect(told('#1 [1/1] RUN x\n#1 0.1 #2 ERROR: no\n#1 0.2 ERROR: no')).toEqual([]);
});
