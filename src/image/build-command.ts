import type { BuildRequest } from '../ports';
import type { LayerCache } from './cache';

/** How a program is called. */
export interface Command {
  readonly args: readonly string[];
  /** Beside the usual environment. Secret. */
  readonly env: Readonly<Record<string, string>>;
}

/** Variables that docker itself obeys; a build argument of such a name must not reach its environment. */
const DOCKERS_OWN =
  /^(PATH|HOME|USER|TMPDIR|LANG|LC_.*|TERM|NO_COLOR|SOURCE_DATE_EPOCH|SSL_CERT_.*|(DOCKER|BUILDX|BUILDKIT|OTEL|ACTIONS|GO|XDG)_?.*|.*_proxy)$/i;
const SECRET_VARIABLE = 'WPP_BUILD_SECRET_';

/** Gives the call of `docker buildx` that builds the image, and pushes it where the request names a reference. */
export function buildxCommand(request: BuildRequest, cache: LayerCache): Command {
  const ids = Object.keys(request.secrets);
  const output = request.push === undefined ? ['--output', 'type=cacheonly'] : ['--push'];
  return {
    args: [
      ...['buildx', 'build', '--progress=plain'],
      // An attestation makes an index of the image, with a platform `unknown/unknown`: only where it is asked for. More than
      // the least would tell the build arguments.
      `--provenance=${request.provenance ? 'mode=min' : 'false'}`,
      `--sbom=${request.sbom}`,
      ...(request.platforms.length > 0 ? ['--platform', request.platforms.join(',')] : []),
      ...ids.flatMap((id, index) => ['--secret', `id=${id},env=${SECRET_VARIABLE}${index}`]),
      ...cache.args,
      ...commonArguments(request),
      ...(isIndex(request) ? pairs('--annotation', request.labels, 'index:') : []),
      ...output,
      ...['--', request.context],
    ],
    env: {
      ...argumentVariables(request.args),
      ...Object.fromEntries(
        Object.values(request.secrets).map((value, i) => [`${SECRET_VARIABLE}${i}`, value]),
      ),
    },
  };
}

/** Gives the calls of docker without buildx that build the image and push it. */
export function legacyCommands(request: BuildRequest): readonly Command[] {
  const build = ['build', ...commonArguments(request), '--', request.context];
  return [
    { args: build, env: { ...argumentVariables(request.args), DOCKER_BUILDKIT: '0' } },
    ...(request.push === undefined ? [] : [{ args: ['push', '--', request.push], env: {} }]),
  ];
}

function commonArguments({ file, target, args, labels, push }: BuildRequest): readonly string[] {
  return [
    ...['--file', file],
    ...(target === undefined ? [] : ['--target', target]),
    ...Object.entries(args).flatMap(([name, value]) => [
      '--build-arg',
      DOCKERS_OWN.test(name) ? `${name}=${value}` : name,
    ]),
    ...pairs('--label', labels),
    ...(push === undefined ? [] : ['--tag', push]),
  ];
}

/** Of a name alone docker takes the value from its environment, which other users of the machine cannot see. */
function argumentVariables(args: BuildRequest['args']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !DOCKERS_OWN.test(name)));
}

function pairs(option: string, entries: Readonly<Record<string, string>>, kind = ''): readonly string[] {
  return Object.entries(entries).flatMap(([name, value]) => [option, `${kind}${name}=${value}`]);
}

/** Labels are of one platform's image; of an index the registry reads annotations. */
function isIndex({ platforms, provenance, sbom, push }: BuildRequest): boolean {
  return push !== undefined && (platforms.length > 1 || provenance || sbom);
}
