import { at, isObject, type JsonObject } from '../json';
import { PLACEHOLDERS_ANNOTATION } from './clean';
import { faultAt, type Fault } from './faults';
import type { Manifest } from './objects';
import { takesText } from './text-places';
import type { FieldPath } from './yaml';

const PLACEHOLDER = /(\$?)\$\{([A-Za-z][\w-]*)\}/g;
const WHOLE = /^\$\{([A-Za-z][\w-]*)\}$/;

export interface FilledManifests {
  /** Those without a fault. */
  readonly manifests: readonly Manifest[];
  readonly faults: readonly Fault[];
  /** The names that stand in a manifest. */
  readonly used: ReadonlySet<string>;
}

/**
 * Replaces `${name}` in the texts of the objects by the values of `variables`; `$${name}` stands for the text `${name}`.
 * A text that is nothing but one placeholder takes the value with its type, so that `replicas: ${replicas}` is a number, but where
 * the API takes only text it is text. Names that are not declared are faults. Keys are left as they are: a declared
 * name in one is a fault. So are the values of a Secret, since a password may well hold the sign, unless
 * the Secret asks for it by the annotation `wpp-deploy-action/placeholders: "true"`.
 */
export function fillPlaceholders(manifests: readonly Manifest[], variables: JsonObject): FilledManifests {
  const filler = new Filler(variables);
  return {
    manifests: manifests.flatMap((manifest) => filler.manifest(manifest)),
    faults: filler.faults,
    used: filler.used,
  };
}

class Filler {
  readonly faults: Fault[] = [];
  readonly used = new Set<string>();
  readonly #variables: JsonObject;

  constructor(variables: JsonObject) {
    this.#variables = variables;
  }

  /** Gives the manifest filled, or none where it has a fault. */
  manifest(manifest: Manifest): readonly Manifest[] {
    const { object } = manifest;
    const before = this.faults.length;
    const asked = object['kind'] === 'Secret' && this.#asked(manifest);
    const fields = Object.entries(object).map(([key, value]) => {
      const isSecret = object['kind'] === 'Secret' && (key === 'data' || key === 'stringData');
      if (!isSecret || asked) return [key, this.#fill(value, manifest, [key])];
      this.#checkSecret(value, manifest, key);
      return [key, value];
    });
    return this.faults.length > before
      ? []
      : [{ ...manifest, object: Object.fromEntries(fields) as JsonObject }];
  }

  #asked(manifest: Manifest): boolean {
    const path = ['metadata', 'annotations', PLACEHOLDERS_ANNOTATION];
    const value = at(manifest.object, ...path);
    if (value !== undefined && value !== 'true' && value !== 'false')
      this.faults.push(faultAt(manifest, path, 'must be "true" or "false", in quotes'));
    return value === 'true';
  }

  #fill(value: unknown, manifest: Manifest, path: FieldPath): unknown {
    if (typeof value === 'string') return this.#text(value, manifest, path);
    if (Array.isArray(value))
      return value.map((item: unknown, index) => this.#fill(item, manifest, [...path, index]));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const name = this.#declaredIn(key);
        if (name !== undefined)
          this.#fault(manifest, [...path, key], `has \${${name}} in a key, but keys are not filled`);
        return [key, this.#fill(item, manifest, [...path, key])];
      }),
    );
  }

  #text(text: string, manifest: Manifest, path: FieldPath): unknown {
    const whole = WHOLE.exec(text)?.[1];
    if (whole !== undefined && !takesText(manifest.object, path)) return this.#value(whole, manifest, path);
    return text.replaceAll(PLACEHOLDER, (match, escape: string, name: string) =>
      escape === '' ? this.#asText(name, manifest, path) : match.slice(1),
    );
  }

  #value(name: string, manifest: Manifest, path: FieldPath): unknown {
    this.used.add(name);
    if (Object.hasOwn(this.#variables, name)) return this.#variables[name];
    // In a Secret that asked for it, what looks like a name may still be a part of a value.
    const isSecret = manifest.object['kind'] === 'Secret' && path[0] !== 'metadata';
    this.#fault(
      manifest,
      path,
      isSecret
        ? 'has a placeholder that is not declared in variables (write $${name} for the text itself)'
        : `has \${${name}}, which is not declared in variables (write $\${${name}} for the text itself)`,
    );
    return '';
  }

  #asText(name: string, manifest: Manifest, path: FieldPath): string {
    const value = this.#value(name, manifest, path);
    if (typeof value === 'string') return value;
    if (typeof value !== 'object') return JSON.stringify(value);
    this.#fault(manifest, path, `has \${${name}}, a map, a list or null, which cannot be text`);
    return '';
  }

  #checkSecret(values: unknown, manifest: Manifest, field: string): void {
    for (const [key, value] of Object.entries(isObject(values) ? values : {})) {
      if (typeof value !== 'string') continue;
      const text = field === 'data' ? Buffer.from(value, 'base64').toString('utf8') : value;
      const name = this.#declaredIn(text) ?? this.#declaredIn(value);
      if (name === undefined) continue;
      const advice = `give it by the input secrets, or annotate the Secret with ${PLACEHOLDERS_ANNOTATION}: "true"`;
      this.#fault(
        manifest,
        [field, key],
        `has \${${name}}, but the values of Secrets are not filled: ${advice}`,
      );
    }
  }

  #declaredIn(text: string): string | undefined {
    return [...text.matchAll(PLACEHOLDER)].find(
      (match) => match[1] === '' && Object.hasOwn(this.#variables, match[2] ?? ''),
    )?.[2];
  }

  #fault(manifest: Manifest, path: FieldPath, what: string): void {
    this.faults.push(faultAt(manifest, path, what));
  }
}
