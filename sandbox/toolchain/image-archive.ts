import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { architecture } from './go-programs.ts';

/** The part of an image's configuration that the sandbox sets (OCI image specification, "config"). */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly User?: string;
}

/** Packs a root folder as a one-layer image, `image.tar` in `folder`, that `docker load` and `ctr images import` both take. */
export async function packImage(
  folder: string,
  root: string,
  name: string,
  config: ImageConfig,
): Promise<void> {
  const parts = join(folder, 'parts');
  await mkdir(parts, { recursive: true });
  // The same files must give the same digest: times and order are fixed.
  const fixed = ['--sort=name', '--mtime=@0', '--numeric-owner'];
  await run(['tar', ...fixed, '-C', root, '-cf', join(parts, 'layer.tar'), '.']);
  const layer = sha256(await readFile(join(parts, 'layer.tar')));
  const description = JSON.stringify({
    architecture,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
    // Podman takes no image whose history lacks a layer.
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'packed by the sandbox' }],
  });
  const manifest = [{ Config: `${sha256(description)}.json`, RepoTags: [name], Layers: ['layer.tar'] }];
  await writeFile(join(parts, `${sha256(description)}.json`), description);
  await writeFile(join(parts, 'manifest.json'), JSON.stringify(manifest));
  await run(['tar', ...fixed, '-C', parts, '-cf', join(folder, 'image.tar'), '.']);
  await rm(parts, { recursive: true });
}

const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');
