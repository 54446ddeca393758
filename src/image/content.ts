import type { ContextHash, Files } from '../ports';
import { sha256 } from '../sha256';
import { copiesUnnamed } from './dockerfile';
import { ignoreRules, type IgnoreRules } from './ignore';
import type { Recipe } from './recipe';

/** Raised where the same content would give another image than before. */
const VERSION = 1;
/** What nobody wants in an image: GitHub's checkout may leave a token in the one, and passwords stand in the others. */
const RISKY = ['.git', '.env', '.env.local', '.env.production'];

/** The files that an image is made from. */
export interface Sources {
  readonly dockerfile: string;
  readonly rules: IgnoreRules;
  /** Where the rules stand, if there are any. */
  readonly ignoreFile: string | undefined;
  /** Gives the path of something in the context. */
  readonly place: (path: string) => string;
}

/** Reads what describes the build. Throws SyntaxError for a .dockerignore that docker refuses. */
export function readSources({ context, file }: Pick<Recipe, 'context' | 'file'>, files: Files): Sources {
  const text = (path: string): string => new TextDecoder().decode(files.read(path));
  // The one of the Dockerfile goes before that of the context.
  const ignoreFile = [`${file}.dockerignore`, `${context}/.dockerignore`].find(
    (path) => files.kind(path) === 'file',
  );
  return {
    dockerfile: text(file),
    rules: ignoreRules(ignoreFile === undefined ? '' : text(ignoreFile)),
    ignoreFile,
    place: (path) => `${context}/${path}`,
  };
}

/**
 * Gives the key of an image's content, 64 hex digits: all that makes the image, but for what its base images and the network give.
 * Values of build secrets are not in it, since everybody may see the key.
 */
export async function contentKey(
  recipe: Recipe,
  labels: Readonly<Record<string, string>>,
  { dockerfile, rules }: Sources,
  hash: ContextHash,
): Promise<string> {
  // Git's own folder differs with each commit and checkout; it counts only where it may end in the image.
  const leavesGit = !copiesUnnamed(dockerfile);
  const context = await hash(recipe.context, {
    ignores: (path) => (leavesGit && path === '.git') || rules.ignores(path),
    mayHold: (folder) => !(leavesGit && folder === '.git') && rules.mayHold(folder),
  });
  const { target, platforms, args, provenance, sbom } = recipe;
  const sorted = (map: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
    Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = [
    VERSION,
    context,
    dockerfile,
    target,
    platforms,
    sorted(args),
    provenance,
    sbom,
    sorted(labels),
  ];
  return (await sha256(JSON.stringify(parts))).toString('hex');
}

/** Gives a warning where the build may copy what nobody wants in an image, or undefined. */
export function riskWarning({ dockerfile, rules, place }: Sources, files: Files): string | undefined {
  if (!copiesUnnamed(dockerfile)) return undefined;
  const risky = RISKY.filter((path) => files.kind(place(path)) !== 'missing' && !rules.ignores(path));
  if (risky.length === 0) return undefined;
  return `${risky.join(' and ')} may be copied into the image: name ${risky.length === 1 ? 'it' : 'them'} in .dockerignore.${
    risky.includes('.git') ? ' With .git in it each commit is built anew.' : ''
  }`;
}
