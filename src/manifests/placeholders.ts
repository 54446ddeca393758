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
 * number. Names that are not declared are faults, and so are values of `required` that no object uses. The values of a
 * Secret are left as they are, since a password may well hold the sign; a declared name in one is a fault.
 */
export function fillPlaceholders(
  manifests: readonly Manifest[],
  variables: JsonObject,
  required: readonly string[],
): FilledManifests {
  const problems: string[] = [];
  const used = new Set<string>();
  const value = (name: string, place: string): unknown => {
    used.add(name);
    if (Object.hasOwn(variables, name)) return variables[name];
    problems.push(
      `${place}: \${${name}} is not declared in variables (write $\${${name}} for the text itself)`,
    );
    return '';
  };
  const filled = manifests.map(({ source, object }) => ({
    source,
    object: {
      ...(fill(withoutSecrets(object), source, '', {
        value,
        fault: (problem) => problems.push(problem),
      }) as JsonObject),
      ...secretsOf(object),
    },
  }));
  for (const { source, object } of manifests)
    problems.push(...placeholdersInSecret(source, object, variables));
  const unused = required.filter((name) => !used.has(name));
  problems.push(...unused.map((name) => `variables: ${name} is used by no manifest`));
  return { manifests: filled, problems };
}

function placeholdersInSecret(source: string, object: JsonObject, variables: JsonObject): readonly string[] {
  return Object.values(secretsOf(object)).flatMap((values) =>
    Object.entries(isObject(values) ? values : {}).flatMap(([key, value]) => {
      const text = Buffer.from(String(value), 'base64').toString('utf8');
      const name = [...text.matchAll(PLACEHOLDER)].find(
        (match) => match[1] === '' && Object.hasOwn(variables, match[2] ?? ''),
      );
      if (name === undefined) return [];
      return [
        `${source}: ${key} of the Secret names \${${name[2]}}, but Secrets are not filled: give it by the input secrets`,
      ];
    }),
  );
}

function secretsOf(object: JsonObject): JsonObject {
  if (object['kind'] !== 'Secret') return {};
  return Object.fromEntries(Object.entries(object).filter(([key]) => key === 'data' || key === 'stringData'));
}

function withoutSecrets(object: JsonObject): JsonObject {
  const secrets = secretsOf(object);
  return Object.fromEntries(Object.entries(object).filter(([key]) => !Object.hasOwn(secrets, key)));
}

interface Lookup {
  readonly value: (name: string, place: string) => unknown;
  readonly fault: (problem: string) => void;
}

function fill(value: unknown, source: string, path: string, lookup: Lookup): unknown {
  if (typeof value === 'string') return fillText(value, `${source}: ${path}`, lookup);
  if (Array.isArray(value))
    return value.map((item, index) => fill(item, source, `${path}[${index}]`, lookup));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      fill(item, source, path === '' ? key : `${path}.${key}`, lookup),
    ]),
  );
}

function fillText(text: string, place: string, lookup: Lookup): unknown {
  const whole = /^\$\{([A-Za-z][\w-]*)\}$/.exec(text)?.[1];
  if (whole !== undefined) return lookup.value(whole, place);
  return text.replaceAll(PLACEHOLDER, (match, escape: string, name: string) =>
    escape === '' ? lookText(name, place, lookup) : match.slice(1),
  );
}

function lookText(name: string, place: string, lookup: Lookup): string {
  const value = lookup.value(name, place);
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  lookup.fault(`${place}: \${${name}} is a map, a list or null, which cannot stand within a text`);
  return '';
}
