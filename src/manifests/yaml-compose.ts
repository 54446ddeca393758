import {
  COLLECTION_STYLE,
  EVENT_ID,
  getScalarValue,
  SCALAR_STYLE,
  type AliasEvent,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { ComposeError, isMerge, keyOf, plainKeyOf, scalarOf, type YamlSource } from './yaml-event';

/** Where the parts of a value stand: for each map and list the offset of each key or item. */
export type Offsets = WeakMap<object, ReadonlyMap<string | number, number>>;

export interface ComposedDocument {
  readonly value: unknown;
  /** Where its content begins, in characters from the start of the text. */
  readonly offset: number;
  readonly explicitStart: boolean;
  readonly hasDirectives: boolean;
}

/** How many characters a document may have when its aliases are written out; more is an attack or a mistake. */
export const LARGEST_DOCUMENT = 20 * 1024 * 1024;
/** How deep maps and lists may stand in each other. The deepest schemas of CRDs have some 60 levels. */
export const DEEPEST = 200;

interface Composed {
  readonly value: unknown;
  readonly offset: number;
  /** Characters of all that is in it, aliases written out. */
  readonly weight: number;
  readonly depth: number;
}

type Entries = Map<string, { readonly value: unknown; readonly offset: number }>;

/**
 * Makes values of the events of a YAML stream, as kubectl does (sigs.k8s.io/yaml): the words and numbers of YAML 1.1, `<<`
 * merged where it stands and over what stands before it, tags of other languages ignored. A key that stands twice in
 * one map is an error, since kubectl takes the last one without a word. Aliases share their value, so that no document
 * becomes bigger in memory than it is as text.
 */
export class Composer {
  readonly offsets: Offsets = new WeakMap();
  readonly #events: readonly Event[];
  readonly #source: YamlSource;
  #index = 0;
  /** How many `[` and `{` are open. */
  #open = 0;
  /** The anchors of this document; undefined while the value is not complete. */
  #anchors = new Map<string, Composed | undefined>();

  constructor(events: readonly Event[], source: YamlSource) {
    this.#events = events;
    this.#source = source;
  }

  /** Throws ComposeError. */
  documents(): readonly ComposedDocument[] {
    const documents: ComposedDocument[] = [];
    while (this.#index < this.#events.length) {
      const event = this.#next();
      if (event.type !== EVENT_ID.DOCUMENT) continue;
      this.#anchors = new Map();
      const { value, offset } = this.#node(this.#next());
      documents.push({
        value,
        offset,
        explicitStart: event.explicitStart,
        hasDirectives: event.directives.length > 0,
      });
    }
    return documents;
  }

  #next(): Event {
    const event = this.#events[this.#index];
    if (event === undefined) throw new Error('the events of the YAML parser end in the middle of a node');
    this.#index += 1;
    return event;
  }

  #node(event: Event): Composed {
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event);
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP)
      throw new Error('the YAML parser gives no node where one must be');
    const anchor = this.#text(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const composed = this.#content(event);
    if (anchor !== undefined) this.#anchors.set(anchor, composed);
    return composed;
  }

  #content(event: ScalarEvent | SequenceEvent | MappingEvent): Composed {
    if (event.type !== EVENT_ID.SCALAR) {
      const isFlow = event.style === COLLECTION_STYLE.FLOW;
      if (isFlow) this.#open += 1;
      const composed = event.type === EVENT_ID.SEQUENCE ? this.#sequence(event) : this.#mapping(event);
      if (isFlow) this.#open -= 1;
      return composed;
    }
    const offset = this.#offsetOf(event);
    this.#checkFlow(event, offset);
    const weight = getScalarValue(this.#source.text, event).length + 1;
    return { value: scalarOf(event, this.#source, offset), offset, weight, depth: 0 };
  }

  #alias(event: AliasEvent): Composed {
    const composed = this.#anchors.get(this.#text(event.anchorStart, event.anchorEnd) ?? '');
    if (composed === undefined)
      throw new ComposeError(
        'an alias names no anchor that stands before it in this document',
        event.anchorStart,
      );
    return { ...composed, offset: event.anchorStart };
  }

  #sequence(event: SequenceEvent): Composed {
    const items: Composed[] = [];
    for (let next = this.#next(); next.type !== EVENT_ID.POP; next = this.#next())
      items.push(this.#node(next));
    const value = items.map((item) => item.value);
    this.offsets.set(value, new Map(items.map((item, index) => [index, item.offset])));
    return this.#collection(value, event.start, items);
  }

  #mapping(event: MappingEvent): Composed {
    const entries: Entries = new Map();
    const own = new Map<string, number>();
    const parts: Composed[] = [];
    for (let next = this.#next(); next.type !== EVENT_ID.POP; next = this.#next()) {
      const merges = isMerge(next, this.#source);
      const key = this.#key(next);
      const opening = this.#next();
      const value = this.#node(opening);
      this.#checkLine(opening, key.offset, value);
      parts.push(value, { ...value, weight: key.text.length, depth: 0 });
      if (merges) {
        this.#merge(value, entries);
        continue;
      }
      const twice = own.get(key.text);
      if (twice !== undefined) throw new ComposeError('a key stands twice in one map', key.offset);
      own.set(key.text, key.offset);
      entries.set(key.text, { value: value.value, offset: key.offset });
    }
    const value = Object.fromEntries([...entries].map(([key, entry]) => [key, entry.value]));
    this.offsets.set(value, new Map([...entries].map(([key, entry]) => [key, entry.offset])));
    return this.#collection(value, event.start, parts);
  }

  /** js-yaml takes `a: !!str b: c`, a map within a line, where kubectl does not. */
  #checkLine(opening: Event, key: number, { value }: Composed): void {
    if (opening.type !== EVENT_ID.MAPPING || opening.style !== COLLECTION_STYLE.BLOCK) return;
    const first =
      this.offsets
        .get(value as object)
        ?.values()
        .next().value ?? key;
    if (first > key && !/[\r\n]/.test(this.#source.text.slice(key, first)))
      throw new ComposeError('a second map begins on the line of a key', first);
  }

  /** Within `[` and `{` kubectl takes a `?` and a `:` without a blank otherwise than js-yaml, for `a:` and `?a` without an error. */
  #checkFlow(event: ScalarEvent, offset: number): void {
    if (!this.#source.asKubectl || this.#open === 0 || event.style !== SCALAR_STYLE.PLAIN) return;
    const written = this.#source.text.slice(event.valueStart, event.valueEnd + 2);
    const value = written.slice(0, event.valueEnd - event.valueStart);
    if (/^:|\?/.test(value) || /^:[,[\]{}]$/.test(written.slice(value.length)))
      throw new ComposeError('a text with `?` or `:` within [ ] or { } must be in quotes', offset);
  }

  #collection(value: unknown, offset: number, parts: readonly Composed[]): Composed {
    const weight = parts.reduce((sum, part) => sum + part.weight, 2);
    if (weight > LARGEST_DOCUMENT)
      throw new ComposeError(`the aliases make more than ${LARGEST_DOCUMENT} characters of it`, offset);
    const depth = parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0) + 1;
    if (depth > DEEPEST)
      throw new ComposeError(`maps and lists stand more than ${DEEPEST} levels deep`, offset);
    return { value, offset, weight, depth };
  }

  #key(event: Event): { readonly text: string; readonly offset: number } {
    const offset = event.type === EVENT_ID.SCALAR ? this.#offsetOf(event) : 0;
    if (event.type === EVENT_ID.SCALAR) this.#checkFlow(event, offset);
    const plain = plainKeyOf(event, this.#source, offset);
    if (plain !== undefined) return { text: plain, offset };
    const node = this.#node(event);
    return { text: keyOf(node.value, node.offset), offset: node.offset };
  }

  /** Of a list of maps the first wins; what stands in the map already is overwritten. */
  #merge({ value, offset }: Composed, entries: Entries): void {
    const maps = Array.isArray(value) ? (value as readonly unknown[]).toReversed() : [value];
    for (const map of maps) {
      if (typeof map !== 'object' || map === null || Array.isArray(map))
        throw new ComposeError('<< takes a map or a list of maps', offset);
      const places = this.offsets.get(map);
      for (const [key, merged] of Object.entries(map))
        entries.set(key, { value: merged, offset: places?.get(key) ?? offset });
    }
  }

  #text(start: number, end: number): string | undefined {
    return start < 0 ? undefined : this.#source.text.slice(start, end);
  }

  /** An empty scalar stands nowhere; what was read before it is the nearest place. */
  #offsetOf(event: ScalarEvent): number {
    const start = [event.tagStart, event.anchorStart, event.valueStart].find((each) => each >= 0);
    if (start !== undefined) return start;
    const before = this.#events[this.#index - 2];
    if (before === undefined) return 0;
    if (before.type === EVENT_ID.SCALAR) return Math.max(before.valueStart, 0);
    return 'start' in before ? before.start : 'anchorStart' in before ? before.anchorStart : 0;
  }
}
