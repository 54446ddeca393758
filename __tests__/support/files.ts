import type { Files } from '../../src/ports';

/** A file system in memory: folders are what the paths imply. `.` is a folder always. */
export function fakeFiles(contents: Readonly<Record<string, string>>): Files {
  const paths = Object.keys(contents).map((path) => path.replace(/^\.\//, ''));
  const plain = new Map(Object.entries(contents).map(([path, text]) => [path.replace(/^\.\//, ''), text]));
  return {
    kind(path) {
      const wanted = path.replace(/^\.\//, '');
      if (plain.has(wanted)) return 'file';
      return wanted === '.' || paths.some((each) => each.startsWith(`${wanted}/`)) ? 'folder' : 'missing';
    },
    list(folder) {
      return paths
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1))
        .sort();
    },
    read(path) {
      const text = plain.get(path.replace(/^\.\//, ''));
      if (text === undefined) throw new Error(`there is no file ${path}`);
      return new TextEncoder().encode(text);
    },
  };
}
