import { isObject } from '../json';
import type { Files } from '../ports';
import type { InfraSettings } from '../settings/settings';

/** Here-documents, texts and comments, which may hold anything; brackets; and names that get a value. */
const TOKEN =
  /<<-?\s*(\w+)[\s\S]*?\n\s*\1\b|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|(?:#|\/\/).*|([{[(])|([}\])])|([A-Za-z_][\w-]*)\s*=(?!=)/g;

/** Gives a sentence for each variables file that names what the configuration does not declare: Terraform passes over it. */
export function unknownInFiles(
  settings: InfraSettings,
  declared: readonly string[],
  files: Files,
): readonly string[] {
  return settings.variableFiles.flatMap((path) => {
    const names = variableNames(path, new TextDecoder().decode(files.read(path)));
    const unknown = names.filter((name) => !declared.includes(name));
    return unknown.length === 0
      ? []
      : [`${path} names ${unknown.join(', ')}, which ${configurationName(settings)} does not declare`];
  });
}

/** Gives the configuration's folder as people know it: that of the shipped one lies wherever the runner keeps actions. */
export function configurationName({ directory, shipped }: InfraSettings): string {
  return shipped ? 'the terraform/ that ships with the action' : directory;
}

/** Gives the names of the variables that a file sets: Terraform's own syntax, or JSON where its name ends so. */
export function variableNames(path: string, text: string): readonly string[] {
  return path.endsWith('.json') ? namesInJson(text) : namesInHcl(text);
}

function namesInHcl(text: string): readonly string[] {
  let depth = 0;
  return [...text.matchAll(TOKEN)].flatMap(([, , opens, closes, name]) => {
    if (opens !== undefined) depth += 1;
    if (closes !== undefined) depth -= 1;
    return name !== undefined && depth === 0 ? [name] : [];
  });
}

/** What is no JSON is left to Terraform to tell. */
function namesInJson(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}
