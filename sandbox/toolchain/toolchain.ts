import { join } from 'node:path';
import { baseImage, pauseImage } from './base-images.ts';
import { buildkit } from './buildkit.ts';
import { provide, toolFolder } from './cache.ts';
import { coredns } from './coredns.ts';
import { act, actionlint, buildx, challtestsrv, opentofu, pebble, versitygw } from './go-programs.ts';
import { kubernetes } from './kubernetes.ts';
import { installPackages } from './packages.ts';
import { postgresClient as postgresPackage } from './postgres-client.ts';
import { postgresImage } from './postgres-image.ts';
import { provider } from './provider.ts';
import { traefikImage } from './traefik-image.ts';
import { syft, zizmor } from './python-programs.ts';

/** Installs, downloads or compiles what the sandbox needs and the machine lacks; with everything there it takes milliseconds. */
export async function provideTools(): Promise<void> {
  await installPackages();
  // The longest first, so that the last one is short.
  const programs = [
    kubernetes,
    opentofu,
    traefikImage,
    buildx,
    buildkit,
    coredns,
    versitygw,
    act,
    provider(),
    actionlint,
    pebble,
    challtestsrv,
    zizmor,
    syft,
  ];
  await provide([...programs, baseImage, pauseImage, postgresImage, postgresPackage]);
}

/** The programs of the cache by what they are called for. */
export const programs = {
  act: join(toolFolder(act), 'act'),
  buildkitd: join(toolFolder(buildkit), 'buildkitd'),
  buildx: join(toolFolder(buildx), 'docker-buildx'),
  versitygw: join(toolFolder(versitygw), 'versitygw'),
  coredns: join(toolFolder(coredns), 'coredns'),
  pebble: join(toolFolder(pebble), 'pebble'),
  challtestsrv: join(toolFolder(challtestsrv), 'pebble-challtestsrv'),
  syft: join(toolFolder(syft), 'syft'),
  kubernetes: (component: string): string => join(toolFolder(kubernetes), component),
} as const;

/** Archives of the images that no registry in reach has. */
export const imageArchives = {
  buildkit: join(toolFolder(buildkit), 'image.tar'),
  node: join(toolFolder(baseImage), 'image.tar'),
  pause: join(toolFolder(pauseImage), 'image.tar'),
  postgres: join(toolFolder(postgresImage), 'image.tar'),
  traefik: join(toolFolder(traefikImage), 'image.tar'),
} as const;

/** The npm package `postgres`. */
export const postgresClient = join(toolFolder(postgresPackage), 'package');

/** The folders that a program in the sandbox has on its PATH before the machine's own. */
export const toolPath: readonly string[] = [
  toolFolder(act),
  toolFolder(actionlint),
  toolFolder(opentofu),
  toolFolder(versitygw),
  join(toolFolder(zizmor), 'bin'),
];

/** Terraform's filesystem mirror that holds the stand-in providers. */
export const providerMirror = (): string => toolFolder(provider());
