import { expect, test } from '@jest/globals';
import { buildCommand } from '../../src/image/build-command';

const request = { context: 'app', file: 'app/Dockerfile', labels: { a: 'b', c: 'd=e' }, push: [] };

test('without a reference the image is built and dropped', () => {
  expect(buildCommand(request)).toEqual([
    'buildx',
    'build',
    '--progress=plain',
    '--provenance=false',
    '--sbom=false',
    '--file',
    'app/Dockerfile',
    '--label',
    'a=b',
    '--label',
    'c=d=e',
    '--output',
    'type=cacheonly',
    '--',
    'app',
  ]);
});

test('with references it is pushed under each', () => {
  const command = buildCommand({ ...request, labels: {}, push: ['r/a:1', 'r/a:main'] });
  expect(command.slice(7)).toEqual(['--tag', 'r/a:1', '--tag', 'r/a:main', '--push', '--', 'app']);
});

test('a context that looks like an option stays an argument', () => {
  const command = buildCommand({ ...request, context: '--push' });
  expect(command.slice(-2)).toEqual(['--', '--push']);
  expect(command.slice(0, -2)).not.toContain('--push');
});
