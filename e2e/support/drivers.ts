import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call } from '../../sandbox/cluster-api.ts';
import { run } from '../../sandbox/command.ts';
import { importImage } from '../../sandbox/parts/containerd.ts';
import { caCertificate } from '../../sandbox/certificates.ts';
import { buildkitImageName } from '../../sandbox/toolchain/buildkit.ts';
import { imageArchives } from '../../sandbox/toolchain/toolchain.ts';
import { OWN_REGISTRY } from './own-registry.ts';

/** The namespace in which the driver `kubernetes` starts its builder. */
const NAMESPACE = 'builders';

/**
 * Stands for Docker's scanner, by the same protocol (moby/buildkit, docs/attestations/sbom-protocol.md): it lists the files at the
 * root of the image.
 */
const SCANNER = `cd "$BUILDKIT_SCAN_SOURCE"
list=
for name in *; do list="$list\${list:+,}{\\"SPDXID\\":\\"SPDXRef-$name\\",\\"name\\":\\"$name\\"}"; done
cat >"$BUILDKIT_SCAN_DESTINATION/image.spdx.json" <<END
{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{
"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"image","packages":[$list]}}
END
`;

/** Puts what builds take from Docker Hub into the registry of the test: a base image, and the scanner of SBOMs. */
export async function furnishMirror(config: string, folder: string): Promise<void> {
  const context = join(folder, 'scanner');
  await mkdir(context);
  await writeFile(join(context, 'scan.sh'), SCANNER);
  const dockerfile = 'FROM node:24-slim\nCOPY scan.sh /\nENTRYPOINT ["sh", "/scan.sh"]\n';
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  const docker = ['docker', '--config', config];
  const scanner = `${OWN_REGISTRY}/docker/buildkit-syft-scanner:stable-1`;
  await run([...docker, 'buildx', 'build', '--push', '--tag', scanner, context]);
  const base = `${OWN_REGISTRY}/org/engines-base:1`;
  await run(['docker', 'tag', 'node:24-slim', base]);
  await run([...docker, 'push', '--quiet', base]);
  await run(['docker', 'rmi', base, scanner]);
}

/** Makes a builder of this driver the one of the docker of `config`; the first build starts it. Gives what takes it away. */
export async function makeBuilder(
  driver: 'docker-container' | 'kubernetes',
  config: string,
): Promise<() => Promise<void>> {
  const settings = join(config, 'buildkitd.toml');
  await writeFile(
    settings,
    `[registry."docker.io"]\nmirrors = ["${OWN_REGISTRY}"]\n[registry."${OWN_REGISTRY}"]\nca = ["${caCertificate}"]\n`,
  );
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
