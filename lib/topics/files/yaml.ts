/*
 * Parses YAML, of which JSON is a subset. The parser is a bundle of this package, because a jsii package has no dependencies
 * beside its peers.
 */
import { lostCharacter } from '../../input/kinds';
import { quoted } from '../../input/format';
import { distFile } from '../../servers/package-files';
import { Entry, MapNode, Node, ScalarNode } from './nodes';
import { Report } from './report';

/** The parts of the package `yaml` in the bundle. */
interface YamlParser {
  readonly LineCounter: new () => LineCounter;
  isAlias(node: unknown): node is YamlAlias;
  isMap(node: unknown): node is { readonly items: readonly YamlPair[]; readonly range: Range };
  isScalar(node: unknown): node is YamlScalar;
  isSeq(node: unknown): node is { readonly items: readonly unknown[]; readonly range: Range };
  parseAllDocuments(text: string, options: object): readonly YamlDocument[];
}

type Range = readonly number[];

interface LineCounter {
  linePos(offset: number): { readonly line: number };
}

interface YamlProblem {
  readonly message: string;
  readonly pos: Range;
}

interface YamlDocument {
  readonly contents: unknown;
  readonly errors: readonly YamlProblem[];
  readonly warnings: readonly YamlProblem[];
}

interface YamlAlias {
  readonly source: string;
  readonly range: Range;
}

interface YamlPair {
  readonly key: unknown;
  readonly value: unknown;
}

interface YamlScalar {
  readonly value: unknown;
  readonly source?: string;
  readonly type?: string;
  readonly range: Range;
}

/** The documents of a YAML or JSON file. Empty documents are left out. */
export function parseDocuments(text: string, report: Report): Node[] {
  const parser = yamlParser();
  const lines = new parser.LineCounter();
  const documents = parser.parseAllDocuments(text, {
    lineCounter: lines,
    logLevel: 'silent',
    prettyErrors: false,
    // The conversion reports them with the lines of both keys.
    uniqueKeys: false,
  });
  return documents.flatMap((document) => {
    // Further errors can be consequences of the first one. A tag that is not known can change the meaning of a value.
    const problems = [...document.errors.slice(0, 1), ...document.warnings];
    problems.forEach(({ message, pos }) =>
      report.error(lines.linePos(pos[0]).line, `is not valid YAML or JSON: ${message}`),
    );
    const isEmpty =
      document.contents === null || (parser.isScalar(document.contents) && document.contents.value === null);
    return problems.length > 0 || isEmpty
      ? []
      : [new Conversion(parser, lines, report).convert(document.contents)];
  });
}

let loaded: YamlParser | undefined;

function yamlParser(): YamlParser {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the bundle is built later; an import would be compiled now
  loaded ??= require(distFile('yaml', 'yaml.cjs')) as YamlParser;
  return loaded;
}

/** A value with an anchor. */
interface Anchored {
  node?: Node;
}

/** Conversion of one document. */
class Conversion {
  /**
   * Values by anchor; a value that is being converted has no node yet. The parser would search the whole document for the anchor of
   * each alias.
   */
  private readonly anchors = new Map<string, Anchored>();

  constructor(
    private readonly parser: YamlParser,
    private readonly lines: LineCounter,
    private readonly report: Report,
  ) {}

  convert(value: unknown): Node {
    const { anchor } = value as { readonly anchor?: string };
    if (anchor === undefined) {
      return this.nodeOf(value);
    }
    const anchored: Anchored = {};
    this.anchors.set(anchor, anchored);
    anchored.node = this.nodeOf(value);
    return anchored.node;
  }

  private nodeOf(value: unknown): Node {
    if (this.parser.isAlias(value)) {
      return this.target(value);
    }
    if (this.parser.isMap(value)) {
      return { kind: 'map', line: this.lineOf(value.range), entries: this.entriesOf(value.items) };
    }
    if (this.parser.isSeq(value)) {
      const items = value.items.map((item) => this.convert(item));
      return { kind: 'list', line: this.lineOf(value.range), items };
    }
    return this.scalar(value as YamlScalar);
  }

  private scalar({ source = '', type, range }: YamlScalar): ScalarNode {
    const line = this.lineOf(range);
    const lost = lostCharacter(source);
    if (lost !== undefined) {
      this.report.error(line, `${quoted(source)} contains ${lost}, which YAML cannot express; remove it`);
    }
    return { kind: 'scalar', line, text: source, isPlain: type === 'PLAIN' };
  }

  private target({ range, source }: YamlAlias): Node {
    const anchored = this.anchors.get(source);
    if (anchored?.node !== undefined) {
      return anchored.node;
    }
    const line = this.lineOf(range);
    this.report.error(
      line,
      anchored === undefined
        ? `alias '*${source}' has no anchor '&${source}' before it; add the anchor, or write the value`
        : `alias '*${source}' is inside its own anchor; write the value`,
    );
    return { kind: 'map', line, entries: [] };
  }

  /** Entries of a mapping. The key `<<` merges other mappings, whose keys do not replace its own. */
  private entriesOf(pairs: readonly YamlPair[]): Entry[] {
    const own = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const { key, value } of pairs) {
      const { line, text, isPlain } = this.keyOf(key);
      const node = value === null ? emptyAt(line) : this.convert(value);
      if (isPlain && text === '<<') {
        merged.push(...this.mergedEntries(line, node));
        continue;
      }
      const other = own.get(text);
      if (other !== undefined) {
        this.report.error(line, `key ${quoted(text)} is also in line ${other.line}; remove one of them`);
      }
      own.set(text, { key: text, line, value: node });
    }
    for (const entry of merged.filter(({ key }) => !own.has(key))) {
      own.set(entry.key, entry);
    }
    return [...own.values()];
  }

  private keyOf(key: unknown): ScalarNode {
    const node = this.convert(key);
    if (node.kind === 'scalar') {
      return node;
    }
    this.report.error(node.line, 'a key is not a text; templates such as {{ … }} must be rendered first');
    return { kind: 'scalar', line: node.line, text: '', isPlain: false };
  }

  private mergedEntries(line: number, node: Node): readonly Entry[] {
    const maps = node.kind === 'list' ? node.items : [node];
    if (!maps.every((map): map is MapNode => map.kind === 'map')) {
      this.report.error(line, "'<<' is not followed by a mapping; write an alias such as *defaults");
      return [];
    }
    // Of two merged mappings, the first one has precedence.
    return maps
      .flatMap(({ entries }) => entries)
      .filter(({ key }, index, all) => all.findIndex((entry) => entry.key === key) === index);
  }

  private lineOf(range: Range): number {
    return this.lines.linePos(range[0]).line;
  }
}

function emptyAt(line: number): ScalarNode {
  return { kind: 'scalar', line, text: '', isPlain: true };
}
