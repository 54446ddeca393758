import type { Files } from '../ports';
import { namedPaths } from './configuration';
import { joined } from './paths';

/** Gives the texts of the files that Terraform or OpenTofu reads in a folder, without those of modules. */
export function configurationTexts(directory: string, files: Files): readonly string[] {
  if (files.kind(directory) !== 'folder') return [];
  return files
    .list(directory)
    .filter((path) => /^[^/]+\.(tf|tofu)$/.test(path) && files.kind(`${directory}/${path}`) === 'file')
    .map((path) => new TextDecoder().decode(files.read(`${directory}/${path}`)));
}

/**
 * Gives the texts of all files that make up a configuration: those in its folder itself, and in the folders that these name, as
 * modules are. Terraform reads no other folder below, such as that of a set of its own.
 */
export function allConfigurationTexts(directory: string, files: Files): readonly string[] {
  const seen = new Set<string>();
  const visit = (folder: string): readonly string[] => {
    if (seen.has(folder)) return [];
    seen.add(folder);
    const texts = configurationTexts(folder, files);
    return [...texts, ...namedPaths(texts).flatMap((path) => visit(joined(folder, path)))];
  };
  return visit(joined(directory, '.'));
}
