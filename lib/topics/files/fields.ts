import { quoted } from '../../input/format';
import { nearest } from '../../input/nearest';
import { Entry, MapNode, Node, ScalarNode, isNull } from './nodes';
import { Report } from './report';
import { wholeOf } from './text-values';

/** A value with its line in the file. */
export interface Located<T> {
  readonly value: T;
  readonly line: number;
}

/** Text for fields about access rights, schemas and the like. */
export const ONLY_TOPICS = 'not read, because only topics are read';

/** Settings by name. */
export type LocatedSettings = Map<string, Located<string>>;

/**
 * Fields of a mapping. It remembers which fields are known, so that `finish` can report the others: a misspelled field would
 * otherwise have no effect.
 */
export class Fields {
  private readonly known = new Set<string>();

  /** @param owner the mapping, for messages */
  constructor(
    private readonly map: MapNode,
    readonly owner: string,
    readonly report: Report,
  ) {}

  /** Line of the mapping. */
  get line(): number {
    return this.map.line;
  }

  /** The same fields, with another owner for messages. */
  renamed(owner: string): Fields {
    const renamed = new Fields(this.map, owner, this.report);
    this.known.forEach((key) => renamed.known.add(key));
    return renamed;
  }

  /** A field with a value; undefined if it is absent or empty. */
  entry(key: string): Entry | undefined {
    this.known.add(key);
    const entry = this.map.entries.find((one) => one.key === key);
    return entry === undefined || isNull(entry.value) ? undefined : entry;
  }

  /** All fields, in the order of the file. They count as known. */
  get entries(): readonly Entry[] {
    this.map.entries.forEach(({ key }) => this.known.add(key));
    return this.map.entries;
  }

  /** The text of a field. Numbers and booleans count as texts. */
  text(key: string): Located<string> | undefined {
    const scalar = this.scalar(key, 'a text');
    return scalar && { value: scalar.text, line: scalar.line };
  }

  /** The text of a field that can be a list, whose items Kafka separates by commas. */
  listText(key: string): Located<string> | undefined {
    const entry = this.entry(key);
    const value = entry && this.settingText(entry);
    return value === undefined ? undefined : { value, line: entry!.line };
  }

  /** The whole number of a field. */
  whole(key: string): Located<number> | undefined {
    const scalar = this.scalar(key, 'a whole number, such as 12');
    if (scalar === undefined) {
      return undefined;
    }
    const value = wholeOf(scalar.text);
    if (value === undefined) {
      this.wrong(key, scalar, 'a whole number, such as 12');
      return undefined;
    }
    return { value, line: scalar.line };
  }

  /** The mapping in a field, with its own fields. */
  fields(key: string, owner = `${key} of ${this.owner}`): Fields | undefined {
    const entry = this.entry(key);
    if (entry !== undefined && entry.value.kind !== 'map') {
      this.wrong(key, entry.value, 'a mapping');
      return undefined;
    }
    return entry && new Fields(entry.value as MapNode, owner, this.report);
  }

  /** The items of a list in a field; none if it is absent. */
  items(key: string): readonly Node[] {
    const entry = this.entry(key);
    if (entry === undefined) {
      return [];
    }
    if (entry.value.kind !== 'list') {
      this.wrong(key, entry.value, 'a list');
      return [];
    }
    return entry.value.items;
  }

  /** The Kafka settings in a field. */
  settings(key: string): LocatedSettings {
    const found: LocatedSettings = new Map();
    for (const entry of this.fields(key)?.entries ?? []) {
      const value = this.settingText(entry);
      if (value !== undefined) {
        found.set(entry.key, { value, line: entry.line });
      }
    }
    return found;
  }

  /** The texts in a field, by key. */
  texts(key: string): Record<string, string> {
    const texts = this.fields(key);
    return Object.fromEntries(
      (texts?.entries ?? []).map(({ key: name, line, value }) => {
        if (isNull(value)) {
          this.report.error(line, `${quoted(name)} of ${texts!.owner} is empty; write a text, or remove it`);
        }
        return [name, texts!.text(name)?.value ?? ''];
      }),
    );
  }

  /** Reports known fields without a value: the topic would silently have the default. */
  requireValues(): void {
    for (const { key, line } of this.map.entries.filter((entry) => isNull(entry.value))) {
      if (this.known.has(key)) {
        this.report.error(line, `${key} of ${this.owner} is empty; write a value, or remove the field`);
      }
    }
  }

  /** Fields that say nothing about topics in Kafka. */
  skip(...keys: readonly string[]): void {
    keys.forEach((key) => this.known.add(key));
  }

  /** Warns about fields that are not read, although they have a meaning. */
  warnOf(keys: readonly string[], text: string): void {
    const found = keys.flatMap((key) => this.entry(key) ?? []);
    if (found.length > 0) {
      const names = found.map(({ key }) => key).join(', ');
      this.report.warn(found[0].line, `${names} of ${this.owner}: ${text}`);
    }
  }

  /**
   * Reports the fields that are not known.
   *
   * @param hint text for the end of the message
   */
  finish(hint = ''): void {
    const known = [...this.known];
    for (const { key, line } of this.map.entries.filter((entry) => !this.known.has(entry.key))) {
      const similar = nearest(key, known, Math.max(2, Math.floor(key.length / 3)));
      this.report.error(
        line,
        `field ${quoted(key)} of ${this.owner} is not known; ` +
          (similar === undefined
            ? `its fields are ${[...known].sort().join(', ')}`
            : `did you mean '${similar}'?`) +
          hint,
      );
    }
  }

  /** Reports a value of a wrong kind. */
  wrong(key: string, value: Node, expected: string): void {
    this.report.error(value.line, `${key} of ${this.owner} is ${described(value)}; write ${expected}`);
  }

  private scalar(key: string, expected: string): ScalarNode | undefined {
    const value = this.entry(key)?.value;
    if (value !== undefined && value.kind !== 'scalar') {
      this.wrong(key, value, expected);
      return undefined;
    }
    return value;
  }

  /** Text of a setting. Kafka separates the items of a list by commas. */
  private settingText({ key, line, value }: Entry): string | undefined {
    const items = value.kind === 'list' ? value.items : [value];
    const texts = items.map((item) => (item.kind === 'scalar' && !isNull(item) ? item : undefined));
    if (!texts.every((text) => text !== undefined)) {
      this.report.error(
        line,
        `setting ${quoted(key)} of ${this.owner} is ${described(value)}; write a text, a number, true or false, or remove it`,
      );
      return undefined;
    }
    const octal = texts.find(({ isPlain, text }) => isPlain && /^[-+]?0\d+$/.test(text));
    if (octal !== undefined) {
      this.report.error(
        line,
        `setting ${quoted(key)} of ${this.owner} is ${octal.text}, which some YAML parsers read as an octal number; remove the ` +
          'leading zeros',
      );
      return undefined;
    }
    return texts.map(({ text }) => text).join(',');
  }
}

/** Fields of the items of a list that are mappings. The others are reported. */
export function mapsOf(items: readonly Node[], owner: string, report: Report): Fields[] {
  return items.flatMap((item) => {
    if (item.kind === 'map') {
      return [new Fields(item, owner, report)];
    }
    report.error(item.line, `${owner} is ${described(item)}; write a mapping, such as name: orders`);
    return [];
  });
}

/** A value for messages. */
export function described(node: Node): string {
  if (node.kind !== 'scalar') {
    return node.kind === 'map' ? 'a mapping' : 'a list';
  }
  return isNull(node) ? 'empty' : quoted(node.text);
}
