import type { ErrorDetails } from '../errors';
import { at } from '../json';
import type { BuildRequest } from '../ports';

/** Programs that build images where docker is not there, in the order in which they are taken. */
export const OTHER_PROGRAMS = ['podman', 'buildah'] as const;

/** The name that a builder is called by. */
export type BuildProgram = 'docker' | (typeof OTHER_PROGRAMS)[number];

/** What builds: buildx with a driver, docker's older builder where the plugin is not there, or podman or buildah, which are one builder. */
export type Engine =
  | { readonly kind: 'legacy' }
  | {
      readonly kind: 'buildx';
      /** Whether indexes, attestations and exported caches are possible. */
      readonly full: boolean;
    }
  | {
      readonly kind: 'podman';
      /** `docker` where podman answers to that name. */
      readonly program: BuildProgram;
    };

/** Whether podman answers to the name of docker, by what `docker --version` prints. */
export function isPodman(version: string): boolean {
  return /^podman version /m.test(version);
}

/** Gives the driver of the builder that is in use, by what `docker buildx inspect` prints. */
export function driverOf(inspect: string): string | undefined {
  return /^Driver:\s*(\S+)/m.exec(inspect)?.[1];
}

/**
 * Gives buildx with this driver, and what `docker info` gives as its DriverStatus. The driver `docker` can do all only with the image
 * store of containerd (https://docs.docker.com/build/builders/drivers/docker/).
 */
export function buildxEngine(driver: string | undefined, driverStatus: unknown): Engine {
  const pairs = Array.isArray(driverStatus) ? (driverStatus as unknown[]) : [];
  const store = pairs.find((pair) => at(pair, 0) === 'driver-type');
  return { kind: 'buildx', full: driver !== 'docker' || at(store, 1) === 'io.containerd.snapshotter.v1' };
}

function hasSsh({ ssh }: BuildRequest): boolean {
  return ssh.key !== undefined || ssh.forwards.length > 0;
}

/** Gives the inputs that an engine cannot do as they are. */
function beyond(request: BuildRequest, engine: Engine): readonly string[] {
  if (engine.kind === 'buildx' && engine.full) return [];
  const legacy = engine.kind === 'legacy';
  return [
    ...(request.platforms.length > (legacy ? 0 : 1) ? ['platforms'] : []),
    ...(request.provenance ? ['provenance'] : []),
    ...(request.sbom ? ['sbom'] : []),
    ...(legacy && Object.keys(request.secrets).length > 0 ? ['build-secrets'] : []),
    ...(legacy && hasSsh(request) ? ['build-ssh'] : []),
  ];
}

/**
 * Gives the inputs for which a builder of the run's own is made, as the one of docker cannot do them: those that ask for it by name.
 * What the others need is done as well by docker's, which is there at once and has the machine's own images.
 */
export function builderInputs(request: BuildRequest, engine: Engine, atGitHub: boolean): readonly string[] {
  if (engine.kind !== 'buildx' || engine.full) return [];
  const { cache } = request;
  const keepsLayers = cache === 'registry' || (cache === 'gha' && atGitHub);
  return [...beyond(request, engine), ...(keepsLayers ? ['cache'] : [])];
}

/** Gives why an engine cannot do what is asked for, or undefined where it can. */
export function unfit(request: BuildRequest, engine: Engine): ErrorDetails | undefined {
  const asked = beyond(request, engine);
  if (asked.length === 0) return undefined;
  return {
    code: 'image-engine-unfit',
    cause: `${asked.join(', ')} cannot be done by ${nameOf(engine)}`,
    advice: `Run on a runner that has docker with buildx and can start a builder, or leave out ${asked.join(', ')}.`,
  };
}

function nameOf(engine: Engine): string {
  switch (engine.kind) {
    case 'legacy':
      return 'docker without buildx';
    case 'buildx':
      return 'the builder `docker` with its older image store';
    case 'podman':
      return engine.program === 'buildah' ? 'buildah' : 'podman';
  }
}
