import type { BuildRequest } from '../ports';
import type { LayerCache } from './cache';

/** How a program is called. */
export interface Command {
  readonly args: readonly string[];
  /** Beside the usual environment. Secret. */
  readonly env: Readonly<Record<string, string>>;
}

/** Variables that a builder itself obeys; a build argument of such a name must not reach its environment. */
const BUILDERS_OWN =
  /^(PATH|HOME|USER|TMPDIR|LANG|LC_.*|TERM|NO_COLOR|SOURCE_DATE_EPOCH|SSL_CERT_.*|(DOCKER|BUILDX|BUILDKIT|OTEL|ACTIONS|GO|XDG|CONTAINERS?|PODMAN|BUILDAH|STORAGE|REGISTRY_AUTH)_?.*|.*_proxy)$/i;
const SECRET_VARIABLE = 'WPP_BUILD_SECRET_';

/** Gives the call of `docker buildx` that builds the image, and pushes it where the request names a reference. */
export function buildxCommand(request: BuildRequest, cache: LayerCache): Command {
  const output = request.push === undefined ? ['--output', 'type=cacheonly'] : ['--push'];
  return {
    args: [
      ...['buildx', 'build', '--progress=plain'],
      // An attestation makes an index of the image, with a platform `unknown/unknown`: only where it is asked for; an older
      // buildx knows no such option. More than the least would tell the build arguments.
      ...(request.provenance ? ['--provenance=mode=min'] : []),
      ...(request.sbom ? ['--sbom=true'] : []),
      ...platformsAndSecrets(request),
      ...cache.args,
      ...commonArguments(request),
      ...(isIndex(request) ? pairs('--annotation', request.labels, 'index:') : []),
      ...output,
      ...['--', request.context],
    ],
    env: { ...argumentVariables(request.args), ...secretVariables(request.secrets) },
  };
}

/** Gives the calls of docker without buildx that build the image and push it. */
export function legacyCommands(request: BuildRequest): readonly Command[] {
  const build = ['build', ...commonArguments(request), '--', request.context];
  return [
    { args: build, env: { ...argumentVariables(request.args), DOCKER_BUILDKIT: '0' } },
    ...pushOf(request),
  ];
}

/**
 * Gives the calls of podman or buildah that build the image and push it. `ignoreFile` is the .dockerignore that counts: they would
 * take a .containerignore before it.
 */
export function podmanCommands(request: BuildRequest, ignoreFile: string | undefined): readonly Command[] {
  const args = [
    // Layers are kept, so that a push that is tried again builds nothing. Docker's format has all that a Dockerfile can say.
    ...['build', '--layers', '--format', 'docker'],
    ...(ignoreFile === undefined ? [] : ['--ignorefile', ignoreFile]),
    ...platformsAndSecrets(request),
    ...commonArguments(request),
    ...['--', request.context],
  ];
  const env = { ...argumentVariables(request.args), ...secretVariables(request.secrets) };
  return [{ args, env }, ...pushOf(request)];
}

function pushOf({ push }: BuildRequest): readonly Command[] {
  return push === undefined ? [] : [{ args: ['push', '--', push], env: {} }];
}

function platformsAndSecrets({ platforms, secrets, ssh }: BuildRequest): readonly string[] {
  return [
    ...(platforms.length > 0 ? ['--platform', platforms.join(',')] : []),
    ...Object.keys(secrets).flatMap((id, index) => ['--secret', `id=${id},env=${SECRET_VARIABLE}${index}`]),
    ...ssh.forwards.flatMap((forward) => ['--ssh', forward]),
  ];
}

function secretVariables(secrets: BuildRequest['secrets']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.values(secrets).map((value, i) => [`${SECRET_VARIABLE}${i}`, value]));
}

function commonArguments({ file, target, args, labels, fresh, push }: BuildRequest): readonly string[] {
  return [
    ...(fresh ? ['--no-cache'] : []),
    ...['--file', file],
    ...(target === undefined ? [] : ['--target', target]),
    ...Object.entries(args).flatMap(([name, value]) => [
      '--build-arg',
      BUILDERS_OWN.test(name) ? `${name}=${value}` : name,
    ]),
    ...pairs('--label', labels),
    ...(push === undefined ? [] : ['--tag', push]),
  ];
}

/** Of a name alone a builder takes the value from its environment, which other users of the machine cannot see. */
function argumentVariables(args: BuildRequest['args']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !BUILDERS_OWN.test(name)));
}

function pairs(option: string, entries: Readonly<Record<string, string>>, kind = ''): readonly string[] {
  return Object.entries(entries).flatMap(([name, value]) => [option, `${kind}${name}=${value}`]);
}

/** Labels are of one platform's image; of an index the registry reads annotations. */
function isIndex({ platforms, provenance, sbom, push }: BuildRequest): boolean {
  return push !== undefined && (platforms.length > 1 || provenance || sbom);
}
