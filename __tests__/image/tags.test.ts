import { expect, test } from '@jest/globals';
import { imageTags } from '../../src/image/tags';
import { anEvent, anImage, SHA } from '../support/settings';

test('an image has the tag of its commit and of its branch', async () => {
  expect(await imageTags(anImage(), anEvent({ branch: 'feature/x' }))).toEqual([SHA, 'feature-x']);
});

test('of a version it has the tags of the version, and no latest', async () => {
  const event = anEvent({ branch: undefined, gitTag: 'v1.2.3' });
  expect(await imageTags(anImage(), event)).toEqual([SHA, '1.2.3', '1.2', '1']);
});

test('it has those that are asked for, each once', async () => {
  const tags = await imageTags(anImage({ tags: ['latest', 'main'] }), anEvent());
  expect(tags).toEqual([SHA, 'main', 'latest']);
});
