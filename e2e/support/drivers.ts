import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call } from '../../sandbox/cluster-api.ts';
import { run } from '../../sandbox/command.ts';
import { importImage } from '../../sandbox/parts/containerd.ts';
import { caCertificate } from '../../sandbox/certificates.ts';
import { buildkitImageName } from '../../sandbox/toolchain/buildkit.ts';
import { imageArchives, programs } from '../../sandbox/toolchain/toolchain.ts';
import { OWN_REGISTRY } from './own-registry.ts';

/** What buildx starts where nothing else is said. */
const BUILDX_IMAGE = 'moby/buildkit:buildx-stable-1';
/** The namespace in which the driver `kubernetes` starts its builder. */
const NAMESPACE = 'builders';

/**
 * The scanner of SBOMs, syft, called by BuildKit's protocol (moby/buildkit, docs/attestations/sbom-protocol.md). Docker's own image is
 * another program around the same scanner.
 */
const SCAN = `export SYFT_CHECK_FOR_APP_UPDATE=false
{
  printf '{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":'
  /syft scan --quiet --override-default-catalogers image --output spdx-json "dir:$BUILDKIT_SCAN_SOURCE" || exit 1
  printf '}'
} >"$BUILDKIT_SCAN_DESTINATION/image.spdx.json"
`;

/** Puts what builds take from Docker Hub into the registry of the test: a base image, and the scanner of SBOMs. */
export async function furnishMirror(config: string, folder: string): Promise<void> {
  const context = join(folder, 'scanner');
  await mkdir(context);
  await copyFile(programs.syft, join(context, 'syft'));
  await writeFile(join(context, 'scan.sh'), SCAN);
  const dockerfile = 'FROM node:24-slim\nCOPY syft scan.sh /\nENTRYPOINT ["sh", "/scan.sh"]\n';
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  const docker = ['docker', '--config', config];
  const scanner = `${OWN_REGISTRY}/docker/buildkit-syft-scanner:stable-1`;
  await run([...docker, 'buildx', 'build', '--push', '--tag', scanner, context]);
  const base = `${OWN_REGISTRY}/org/engines-base:1`;
  await run(['docker', 'tag', 'node:24-slim', base]);
  await run([...docker, 'push', '--quiet', base]);
  await run(['docker', 'rmi', base, scanner]);
}

/** What every builder of `config` knows: the mirror, and the certificate of the registry of the test. */
const SETTINGS = `[registry."docker.io"]
mirrors = ["${OWN_REGISTRY}"]
[registry."${OWN_REGISTRY}"]
ca = ["${caCertificate}"]
`;

/** Makes a builder of this driver the one of the docker of `config`; the first build starts it. Gives what takes it away. */
export async function makeBuilder(
  driver: 'docker-container' | 'kubernetes',
  config: string,
): Promise<() => Promise<void>> {
  const settings = join(config, 'buildkitd.toml');
  await writeFile(settings, SETTINGS);
  const buildx = ['docker', '--config', config, 'buildx'];
  const create = ['create', '--driver', driver, '--use', '--name', driver, '--buildkitd-config', settings];
  const options = [`image=${buildkitImageName}`];
  if (driver === 'kubernetes') {
    await importImage(imageArchives.buildkit);
    await call('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
    options.push(`namespace=${NAMESPACE}`);
  } else {
    await run(['docker', 'load', '--quiet', '--input', imageArchives.buildkit]);
    options.push('network=host');
  }
  await run([...buildx, ...create, '--driver-opt', options.join(',')]);
  return async () => {
    await run([...buildx, 'rm', driver]);
    if (driver === 'kubernetes') await call('DELETE', `/api/v1/namespaces/${NAMESPACE}`);
  };
}

/** Gives a DOCKER_CONFIG like `config` without builders; those that are made get the settings and the image that are there. */
export async function withoutBuilders(config: string): Promise<string> {
  const other = `${config}-without-builders`;
  await mkdir(join(other, 'buildx'), { recursive: true });
  await copyFile(join(config, 'config.json'), join(other, 'config.json'));
  await writeFile(join(other, 'buildx/buildkitd.default.toml'), SETTINGS);
  await run(['docker', 'load', '--quiet', '--input', imageArchives.buildkit]);
  await run(['docker', 'tag', buildkitImageName, BUILDX_IMAGE]);
  return other;
}

/** Gives the containers and volumes that runs have of builders of their own. */
export async function ownBuilders(): Promise<readonly string[]> {
  const filter = ['--filter', 'name=buildx_buildkit_wpp-deploy-'];
  const [containers, volumes] = await Promise.all([
    run(['docker', 'ps', '--all', ...filter, '--format', '{{.Names}}']),
    run(['docker', 'volume', 'ls', ...filter, '--format', '{{.Name}}']),
  ]);
  return [...containers.split('\n'), ...volumes.split('\n')].filter((name) => name !== '');
}
