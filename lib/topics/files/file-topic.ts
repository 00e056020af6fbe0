import { DeclaredTopicConfig } from '../../seam/agent-config';
import { declaredTopic, topicText } from '../topic-checks';
import { Fields, Located, LocatedSettings } from './fields';
import { Node } from './nodes';
import { Report } from './report';

/** A topic in a file. */
export interface FileTopic {
  readonly topic: DeclaredTopicConfig;
  readonly file: string;
  /** Line of its name. */
  readonly line: number;
  /** Lines of its properties and settings, by name. */
  readonly lines: ReadonlyMap<string, number>;
}

/** A form of topic files. */
export interface Form {
  /** True for a document of this form. */
  readonly matches: (document: Node) => boolean;
  /** The topics of a document of this form. Problems are reported. */
  readonly read: (document: Node, report: Report) => FileTopic[];
}

/** The parts of a topic, with their lines. */
export interface TopicParts {
  readonly name: Located<string>;
  readonly partitions?: Located<number>;
  readonly replicationFactor?: Located<number>;
  readonly settings?: LocatedSettings;
  readonly owner?: Located<string>;
  readonly labels?: { readonly [key: string]: string };
}

/** A topic of its parts. */
export function fileTopic({ file }: Report, parts: TopicParts): FileTopic {
  const { name, partitions, replicationFactor, settings = new Map(), owner, labels } = parts;
  const located: [part: string, value: Located<unknown> | undefined][] = [
    ['name', name],
    ['partitions', partitions],
    ['replicationFactor', replicationFactor],
    ...settings,
  ];
  return {
    file,
    line: name.line,
    lines: new Map(located.flatMap(([part, value]) => (value === undefined ? [] : [[part, value.line]]))),
    topic: declaredTopic({
      name: name.value,
      partitions: partitions?.value,
      replicationFactor: replicationFactor?.value,
      config: Object.fromEntries([...settings].map(([setting, { value }]) => [setting, value])),
      owner: owner?.value,
      labels,
    }),
  };
}

/** Name of a topic, and its other fields. */
export interface NamedFields {
  readonly name: Located<string>;
  readonly fields: Fields;
}

/**
 * Reads the name of a topic.
 *
 * @returns undefined if it has no name, which is then reported
 */
export function namedFields(fields: Fields, key = 'name'): NamedFields | undefined {
  const name = fields.text(key);
  if (name !== undefined) {
    return { name, fields: fields.renamed(topicText(name.value)) };
  }
  if (fields.entry(key) === undefined) {
    fields.report.error(fields.line, `${fields.owner} has no ${key}; write for example ${key}: orders`);
  }
  return undefined;
}
