import { keyedDigest } from '../keyed-digest';
import { namedPaths } from './configuration';
import { joined } from './paths';
import type { InfraSettings } from '../settings/settings';
import { sha256 } from '../sha256';
import type { Files } from '../ports';

/** Files that Terraform writes itself; they say nothing about what the infrastructure should be. */
const WRITTEN_BY_TERRAFORM = /(^|\/)(\.terraform\/|terraform\.tfstate|errored\.tfstate|crash\.log)/;

/**
 * Gives a digest of everything that decides what Terraform would do: the files of the folder (the lock file too), of the
 * modules beside it and with variables, the version, the backend and the variables. Two runs with the same fingerprint want
 * the same infrastructure. The files are read as they lie there, since that is what Terraform reads: git's own ids leave out what
 * an earlier step has written. It is keyed by the state store's secret, so that secret variables cannot be guessed from it.
 */
export async function fingerprint(settings: InfraSettings, files: Files): Promise<string> {
  const { terraform, backend, variables, variableFiles } = settings;
  const own = sources(settings.directory, files);
  const given = variableFiles.map((path) => ({ name: `-var-file ${path}`, path }));
  const contents: (readonly unknown[])[] = [];
  // One after the other, so that a folder of large files is never in memory as a whole.
  for (const source of [...own, ...given]) contents.push(await contentOf(source, files));
  const subject = JSON.stringify({
    contents,
    terraform: [terraform.product, terraform.version ?? null],
    backend: sorted(backend),
    variables: sorted(variables),
  });
  const digest = await keyedDigest(settings.stateSecretKey);
  return digest(subject);
}

/** What a program does with a file depends on whether it may be run, too. A link that leads nowhere has no content. */
async function contentOf({ name, path }: Source, files: Files): Promise<readonly [string, ...unknown[]]> {
  if (files.kind(path) !== 'file') return [name];
  return [name, await hexOf(files.read(path)), files.isExecutable(path)];
}

/** What Terraform and OpenTofu read of a folder. */
const CONFIGURATION = /\.(tf|tofu)(\.json)?$/;

interface Source {
  /** The path as seen from the configuration, which may lie elsewhere on each run. */
  readonly name: string;
  readonly path: string;
}

/**
 * Gives the files of a configuration, and of what it names outside of its folder: modules, and files that it reads. A module names
 * its modules from its own folder, and what it reads from that of the whole configuration, too: both are looked at.
 */
function sources(directory: string, files: Files): readonly Source[] {
  const seen = new Set<string>();
  const visit = (source: Source): readonly Source[] => {
    const { name, path } = source;
    const kind = files.kind(path);
    if (kind === 'missing' || seen.has(path)) return [];
    seen.add(path);
    if (kind === 'file') return [source];
    const prefix = name === '' ? '' : `${name}/`;
    const own = files
      .list(path)
      .filter((each) => !WRITTEN_BY_TERRAFORM.test(each))
      .map((each) => ({ name: `${prefix}${each}`, path: `${path}/${each}` }));
    const outside = own
      .filter((each) => CONFIGURATION.test(each.name) && files.kind(each.path) === 'file')
      .flatMap((each) => {
        const named = namedPaths([new TextDecoder().decode(files.read(each.path))]);
        return named.flatMap((relative) => [
          { name: joined(folderOf(each.name), relative), path: joined(folderOf(each.path), relative) },
          { name: joined('.', relative), path: joined(directory, relative) },
        ]);
      })
      .filter((each) => !`${each.path}/`.startsWith(`${joined(path, '.')}/`));
    return [...own, ...outside.flatMap(visit)];
  };
  return visit({ name: '', path: directory });
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

function sorted(map: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
}

async function hexOf(data: string | Uint8Array): Promise<string> {
  return (await sha256(data)).toString('hex');
}
