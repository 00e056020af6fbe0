/*
 * Topics of a TopicConfigMap, from code and from files. Problems of topics in code are thrown; those of files are collected, so
 * that synth reports the problems of all files at once.
 */
import { KafkaVersion } from '../kafka/kafka-version';
import { FileTopic } from './files/file-topic';
import { readTopicFiles } from './files/read-files';
import { FileProblem, problemText } from './files/report';
import { checkDefinition, topicProblems } from './topic-checks';
import { TopicDefinition } from './topic-definition';
import { TopicNames } from './topic-names';
import { ListedTopic } from './topic-placement';
import { TopicTree } from './topic-tree';

/** The topics of a list. */
export class TopicList {
  /** Topics without problems, in the order of their addition. */
  readonly topics: ListedTopic[] = [];
  /** The topics, distributed over ConfigMaps. */
  readonly tree = new TopicTree();

  private readonly files = new Set<string>();
  private readonly errors: FileProblem[] = [];
  private readonly warnings: FileProblem[] = [];

  /** @param path path of the construct, for messages */
  constructor(
    private readonly path: string,
    private readonly version: KafkaVersion,
    private readonly names: TopicNames,
  ) {}

  /** Errors of files, by line. */
  get fileErrors(): string[] {
    return textsOf(this.errors);
  }

  /** Warnings about files, by line. */
  get fileWarnings(): string[] {
    return textsOf(this.warnings);
  }

  /**
   * Adds topics of code.
   *
   * @throws an error about all topics with problems; the others are added
   */
  addDefinitions(definitions: readonly TopicDefinition[]): void {
    const place = `list '${this.path}'`;
    const problems = definitions.flatMap((definition) => {
      const { topic, problems: found } = checkDefinition(definition, this.version);
      const duplicate = found.length > 0 ? undefined : this.names.add({ name: topic.name, place });
      const all = duplicate === undefined ? found : [duplicate];
      if (all.length === 0) {
        this.add({ topic });
      }
      return all;
    });
    if (problems.length > 0) {
      throw new Error(
        problems.length === 1
          ? problems[0]
          : `topics of ${place} have ${problems.length} problems:${problems.map((problem) => `\n- ${problem}`).join('')}`,
      );
    }
  }

  /** Adds the topics of files. */
  addFiles(paths: readonly string[]): void {
    const { topics, errors, warnings } = readTopicFiles(paths, this.files);
    this.errors.push(...errors);
    this.warnings.push(...warnings);
    topics.forEach((topic) => this.addFromFile(topic));
  }

  private addFromFile({ file, line, lines, topic }: FileTopic): void {
    const problems = topicProblems(topic, this.version);
    const hasName = problems.every(({ part }) => part !== 'name');
    const place = `${file}:${line}`;
    const duplicate = hasName ? this.names.add({ name: topic.name, place }) : undefined;
    const all = duplicate === undefined ? problems : [...problems, { part: 'name', message: duplicate }];
    this.errors.push(
      ...all.map(({ part, message }) => ({ file, line: lines.get(part ?? 'name') ?? line, message })),
    );
    if (all.length === 0) {
      this.add({ topic, line: place });
    }
  }

  private add(listed: ListedTopic): void {
    this.topics.push(listed);
    this.tree.add(listed.topic);
  }
}

/** Problems in the order of the files, and in a file in the order of lines. */
function textsOf(problems: readonly FileProblem[]): string[] {
  const byFile = new Map<string, FileProblem[]>();
  for (const problem of problems) {
    const others = byFile.get(problem.file) ?? [];
    byFile.set(problem.file, others);
    others.push(problem);
  }
  return [...byFile.values()]
    .flatMap((some) => some.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)))
    .map(problemText);
}
