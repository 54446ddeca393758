import { formatName, parseReference, type ImageName } from '../image/reference';
import type { DeployEvent } from './event';
import { MODES, type InputReader } from './inputs';
import type { Command, ImageSettings, Skipped, Surroundings } from './settings';

/** Reads the name of the image, which every command needs. */
export function readImageName(inputs: InputReader, event: DeployEvent): ImageName {
  const text = (inputs.text('image') ?? `ghcr.io/${event.owner}/${event.repository}`).toLowerCase();
  const reference = parseReference(text);
  if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) {
    inputs.fault(
      'image',
      `is ${JSON.stringify(text)}, but must be registry/repository without tag and digest`,
    );
  }
  return { registry: reference?.registry ?? '', repository: reference?.repository ?? '' };
}

/** Reads what the image step needs, or why it does not run. */
export function readImage(
  inputs: InputReader,
  name: ImageName,
  command: Command,
  event: DeployEvent,
  { files }: Surroundings,
): ImageSettings | Skipped {
  const build = inputs.choice('build', MODES, 'auto');
  const context = inputs.text('context') ?? '.';
  const file = inputs.text('file') ?? `${context}/Dockerfile`;
  if (command === 'restart' || command === 'rollback')
    return { run: false, reason: `${command} builds nothing` };
  if (command === 'preview' && build === 'never') return { run: false, reason: 'build is never' };
  if (build !== 'never' && files.kind(context) !== 'folder')
    inputs.fault('context', `is ${context}, which is no folder here`);
  if (build !== 'never' && files.kind(file) !== 'file')
    inputs.fault('file', `is ${file}, which is no file here`);
  const password = inputs.text('registry-password') ?? inputs.text('github-token') ?? '';
  if (password === '' && command === 'deploy') {
    inputs.fault('registry-password', `is missing: deploying ${formatName(name)} needs it, or github-token`);
  }
  const username = inputs.text('registry-username') ?? event.owner;
  return { run: true, name, build, context, file, username, password };
}
