import type { BuildRequest } from '../ports';

/** Gives the arguments of `docker` that build the image, and push it where the request names references. */
export function buildCommand(request: BuildRequest): readonly string[] {
  const labels = Object.entries(request.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const tags = request.push.flatMap((reference) => ['--tag', reference]);
  // Attestations would make an index with an `unknown/unknown` platform of every image.
  const output = request.push.length > 0 ? ['--push'] : ['--output', 'type=cacheonly'];
  return [
    'buildx',
    'build',
    '--progress=plain',
    '--provenance=false',
    '--sbom=false',
    '--file',
    request.file,
    ...labels,
    ...tags,
    ...output,
    '--',
    request.context,
  ];
}
