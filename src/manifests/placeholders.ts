import { isObject, type JsonObject } from '../json';
import type { Manifest } from './objects';

const PLACEHOLDER = /(\$?)\$\{([A-Za-z][\w-]*)\}/g;

export interface FilledManifests {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly string[];
}

/**
 * Replaces `${name}` in the texts of the objects by the values of `variables`; `$${name}` stands for the text `${name}`.
 * A text that is nothing but one placeholder takes the value with its type, so that `replicas: ${replicas}` is a
 * number. Names that are not declared are faults, and so are values of `required` that no object uses.
 */
export function fillPlaceholders(
  manifests: readonly Manifest[],
  variables: JsonObject,
  required: readonly string[],
): FilledManifests {
  const problems: string[] = [];
  const used = new Set<string>();
  const look = (name: string, place: string): unknown => {
    used.add(name);
    if (Object.hasOwn(variables, name)) return variables[name];
    problems.push(
      `${place}: \${${name}} is not declared in variables (write $\${${name}} for the text itself)`,
    );
    return '';
  };
  const filled = manifests.map(({ source, object }) => ({
    source,
    object: fill(object, source, '', look) as JsonObject,
  }));
  const unused = required.filter((name) => !used.has(name));
  problems.push(...unused.map((name) => `variables: ${name} is used by no manifest`));
  return { manifests: filled, problems };
}

type Look = (name: string, place: string) => unknown;

function fill(value: unknown, source: string, path: string, look: Look): unknown {
  if (typeof value === 'string') return fillText(value, `${source}: ${path}`, look);
  if (Array.isArray(value)) return value.map((item, index) => fill(item, source, `${path}[${index}]`, look));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      fill(item, source, path === '' ? key : `${path}.${key}`, look),
    ]),
  );
}

function fillText(text: string, place: string, look: Look): unknown {
  const whole = /^\$\{([A-Za-z][\w-]*)\}$/.exec(text)?.[1];
  if (whole !== undefined) return look(whole, place);
  return text.replaceAll(PLACEHOLDER, (match, escape: string, name: string) =>
    escape === '' ? String(look(name, place)) : match.slice(1),
  );
}
