import { at, isObject, listAt } from '../json';
import { credentialsIn } from '../manifests/kubeconfig';

/** Shorter values are ports, flags and the like; they are hidden where they stand, but not looked for elsewhere. */
const SHORTEST_SECRET = 6;
/** Linode's begin with an empty line, others with the first field. */
const KUBECONFIG_BASE64 = /^(?:CmFwaVZlcnNpb24|YXBpVmVyc2lvbjo)/;
/** What people often have in sensitive variables and what is no secret. */
const USUAL_WORDS = new Set(
  [
    'enabled disabled default unknown standard premium public private internal external production staging development testing',
    'username password postgres postgresql database administrator localhost example',
  ]
    .join(' ')
    .split(' '),
);

/**
 * Gives the texts that a plan marks as sensitive, wherever they stand in it: changes, drift, outputs, variables, the state before and
 * after. Of a kubeconfig these are its credentials, of other texts their lines. What is short, a usual word, or a name in the plan
 * itself (a part of an address or an attribute) is left out: without it no text could be read.
 */
export function sensitiveValues(plan: unknown): readonly string[] {
  const values = new Set<string>();
  collect(plan, (value) => values.add(value));
  const names = namesIn(plan);
  const isWord = (text: string): boolean =>
    text.length < SHORTEST_SECRET || USUAL_WORDS.has(text.toLowerCase()) || names.has(text);
  const secrets = [...values].flatMap((value) => (isWord(value) ? [] : partsOf(value)));
  return [...new Set(secrets)].filter((secret) => !isWord(secret));
}

type Found = (value: string) => void;

function collect(plan: unknown, found: Found): void {
  for (const entry of [...listAt(plan, 'resource_changes'), ...listAt(plan, 'resource_drift')]) {
    markedSides(at(entry, 'change'), found);
  }
  for (const entry of listAt(plan, 'deferred_changes')) {
    markedSides(at(entry, 'resource_change', 'change'), found);
  }
  for (const change of valuesOf(at(plan, 'output_changes'))) markedSides(change, found);
  const variables = at(plan, 'variables');
  for (const [name, variable] of entriesOf(at(plan, 'configuration', 'root_module', 'variables'))) {
    if (at(variable, 'sensitive') === true) leaves(at(variables, name, 'value'), found);
  }
  for (const state of [at(plan, 'planned_values'), at(plan, 'prior_state', 'values')]) {
    for (const output of valuesOf(at(state, 'outputs'))) {
      if (at(output, 'sensitive') === true) leaves(at(output, 'value'), found);
    }
    markedResources(at(state, 'root_module'), found);
  }
}

function markedSides(change: unknown, found: Found): void {
  marked(at(change, 'before'), at(change, 'before_sensitive'), found);
  marked(at(change, 'after'), at(change, 'after_sensitive'), found);
}

function markedResources(module: unknown, found: Found): void {
  for (const resource of listAt(module, 'resources')) {
    marked(at(resource, 'values'), at(resource, 'sensitive_values'), found);
  }
  for (const child of listAt(module, 'child_modules')) markedResources(child, found);
}

/** A mark is `true`, or has the form of the value with `true` at the places that are sensitive. */
function marked(value: unknown, marks: unknown, found: Found): void {
  if (marks === true) leaves(value, found);
  else if (Array.isArray(marks)) marks.forEach((mark, index) => marked(at(value, index), mark, found));
  else if (isObject(marks)) {
    for (const [key, mark] of Object.entries(marks)) marked(at(value, key), mark, found);
  }
}

function leaves(value: unknown, found: Found): void {
  if (typeof value === 'string') found(value);
  else for (const item of valuesOf(value)) leaves(item, found);
}

/** Gives what is secret in a text of several parts. Most of a kubeconfig is known to all: `apiVersion: v1`. */
function partsOf(value: string): readonly string[] {
  const encoded = KUBECONFIG_BASE64.test(value);
  const credentials = encoded || value.includes('\n') ? credentialsIn(value) : [];
  if (credentials.length > 0) return encoded ? [value, ...credentials] : credentials;
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [...lines, ...inJson(value)];
}

function inJson(value: string): readonly string[] {
  if (!/^\s*[{[]/.test(value)) return [];
  try {
    const texts: string[] = [];
    leaves(JSON.parse(value), (text) => texts.push(text));
    return texts;
  } catch {
    return [];
  }
}

/** Gives the parts of the plan's addresses, and the names of attributes and variables: they stand in the source already. */
function namesIn(plan: unknown): ReadonlySet<string> {
  const names = new Set(entriesOf(at(plan, 'variables')).map(([name]) => name));
  for (const entry of listAt(plan, 'resource_changes')) {
    const [type, name, index] = [at(entry, 'type'), at(entry, 'name'), at(entry, 'index')];
    // All resources of a type have the same attributes.
    if (typeof type === 'string' && !names.has(type)) {
      const sides = [at(entry, 'change', 'before'), at(entry, 'change', 'after')];
      for (const [attribute] of sides.flatMap(entriesOf)) names.add(attribute);
    }
    for (const part of [type, name, index]) if (typeof part === 'string') names.add(part);
  }
  return names;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

function valuesOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
