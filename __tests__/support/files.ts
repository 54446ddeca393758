import { matchesGlob } from 'node:path';
import { fileSystem } from '../../src/adapters/files';
import type { Files, Kustomize } from '../../src/ports';

/** A file system in memory: folders are what the paths imply. `.` is a folder always. */
export function fakeFiles(
  contents: Readonly<Record<string, string | Uint8Array>>,
  executable: readonly string[] = [],
): Files {
  const paths = Object.keys(contents).map((path) => path.replace(/^\.\//, ''));
  const plain = new Map(Object.entries(contents).map(([path, text]) => [path.replace(/^\.\//, ''), text]));
  const bytesOf = (path: string): Uint8Array => {
    const content = plain.get(path.replace(/^\.\//, ''));
    if (content === undefined) throw new Error(`there is no file ${path}`);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  return {
    kind(path) {
      const wanted = path.replace(/^\.\//, '');
      if (plain.has(wanted)) return 'file';
      return wanted === '.' || paths.some((each) => each.startsWith(`${wanted}/`)) ? 'folder' : 'missing';
    },
    size: (path) => bytesOf(path).length,
    glob: (pattern) => paths.filter((path) => matchesGlob(path, pattern)).sort(),
    list(folder) {
      return paths
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1))
        .sort();
    },
    read: bytesOf,
    isExecutable: (path) => executable.includes(path),
  };
}

/** The files of this repository as those of an application that has a Dockerfile and nothing else of what a deployment is made of. */
export const onlyDockerfile: Files = {
  ...fileSystem,
  kind(path) {
    if (/^(manifests|k8s|terraform)$/.test(path)) return 'missing';
    return path === './Dockerfile' ? 'file' : fileSystem.kind(path);
  },
};

/** Renders the folders that it is given, and fails for all else. */
export function fakeKustomize(rendered: Readonly<Record<string, string>> = {}): Kustomize {
  return {
    render(folder) {
      const text = rendered[folder];
      return text === undefined
        ? Promise.reject(new Error(`${folder} was not to be rendered`))
        : Promise.resolve(text);
    },
  };
}
