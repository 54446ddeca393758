import type { Files } from '../ports';
import { namedPaths } from './configuration';
import { joined } from './paths';

/**
 * Gives the texts of the `.tf` files that make up a configuration: those in its folder itself, and in the folders that these name, as
 * modules are. Terraform reads no other folder below, such as that of a set of its own.
 */
export function configurationFiles(directory: string, files: Files): readonly string[] {
  const seen = new Set<string>();
  const visit = (folder: string): readonly string[] => {
    if (seen.has(folder) || files.kind(folder) !== 'folder') return [];
    seen.add(folder);
    const texts = files
      .list(folder)
      .filter((name) => /^[^/]+\.tf$/.test(name) && files.kind(`${folder}/${name}`) === 'file')
      .map((name) => new TextDecoder().decode(files.read(`${folder}/${name}`)));
    return [...texts, ...namedPaths(texts).flatMap((path) => visit(joined(folder, path)))];
  };
  return visit(joined(directory, '.'));
}
