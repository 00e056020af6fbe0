/*
 * Topics of a TopicConfigMap, from code and from files. Problems are collected, so that synth reports those of all lists and files
 * at once.
 */
import { KafkaVersion } from '../kafka/kafka-version';
import { DeclaredTopicConfig } from '../seam/agent-config';
import { FileTopic } from './files/file-topic';
import { readTopicFiles } from './files/read-files';
import { FileProblem, problemText } from './files/report';
import { TopicProblem, checkDefinition, topicProblems } from './topic-checks';
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
  private readonly codeErrors: string[] = [];
  private readonly fileErrors: FileProblem[] = [];
  private readonly fileWarnings: FileProblem[] = [];

  /** @param path path of the construct, for messages */
  constructor(
    private readonly path: string,
    private readonly version: KafkaVersion,
    private readonly names: TopicNames,
  ) {}

  /** Errors of topics in code, and of files by line. */
  get errors(): string[] {
    return [...this.codeErrors, ...textsOf(this.fileErrors)];
  }

  /** Warnings about files, by line. */
  get warnings(): string[] {
    return textsOf(this.fileWarnings);
  }

  /** Adds topics of code. Those with problems are left out. */
  addDefinitions(definitions: readonly TopicDefinition[]): void {
    for (const definition of definitions) {
      const { topic, problems } = checkDefinition(definition, this.version);
      const all = topic === undefined ? problems : this.withDuplicate(problems, topic, `list '${this.path}'`);
      this.codeErrors.push(...all.map(({ message }) => message));
      if (topic !== undefined && all.length === 0) {
        this.add({ topic });
      }
    }
  }

  /** Adds the topics of files. */
  addFiles(paths: readonly string[]): void {
    const { topics, errors, warnings } = readTopicFiles(paths, this.files);
    this.fileErrors.push(...errors);
    this.fileWarnings.push(...warnings);
    topics.forEach((topic) => this.addFromFile(topic));
  }

  private addFromFile({ file, line, lines, topic }: FileTopic): void {
    const place = `${file}:${line}`;
    const all = this.withDuplicate(topicProblems(topic, this.version), topic, place);
    this.fileErrors.push(
      ...all.map(({ part, message }) => ({ file, line: lines.get(part ?? 'name') ?? line, message })),
    );
    if (all.length === 0) {
      this.add({ topic, line: place });
    }
  }

  /** Problems of a topic, with that of its name if another topic has it. */
  private withDuplicate(
    problems: readonly TopicProblem[],
    { name }: DeclaredTopicConfig,
    place: string,
  ): readonly TopicProblem[] {
    const hasName = problems.every(({ part }) => part !== 'name');
    const message = hasName ? this.names.add({ name, place }) : undefined;
    return message === undefined ? problems : [...problems, { part: 'name', message }];
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
