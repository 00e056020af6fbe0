/*
 * State files of kafka-gitops: `topics` by name.
 * https://github.com/devshawn/kafka-gitops/blob/master/docs/specification.md
 */
import { topicText } from '../topic-checks';
import { Fields, ONLY_TOPICS, mapsOf } from './fields';
import { FileTopic, Form, fileTopic } from './file-topic';
import { MapNode, valueOf } from './nodes';
import { Report } from './report';

/** State files of kafka-gitops. */
export const KAFKA_GITOPS: Form = {
  matches: (document) =>
    valueOf(document, 'topics')?.kind === 'map' ||
    (valueOf(document, 'settings') !== undefined &&
      RIGHTS.some((key) => valueOf(document, key) !== undefined)),
  read: (document, report) => readState(document as MapNode, report),
};

/** A file of this package with a mapping instead of a list looks like one of kafka-gitops. */
const HINT =
  ' (the file is read as one of kafka-gitops, whose topics are a mapping; in the form of this package, topics are a list)';

const RIGHTS = ['services', 'users', 'customServiceAcls', 'customUserAcls'];

function readState(document: MapNode, report: Report): FileTopic[] {
  const state = new Fields(document, 'a state file', report);
  const replication = defaultReplication(state);
  state.warnOf([...RIGHTS, 'schemas'], ONLY_TOPICS);
  const topics = state.fields('topics')?.entries ?? [];
  state.finish(HINT);
  return topics.flatMap(({ key, line, value }) =>
    mapsOf([value], topicText(key), report).map((fields) => {
      const topic = fileTopic(report, {
        name: { line, value: key },
        partitions: fields.whole('partitions'),
        replicationFactor: fields.whole('replication') ?? replication,
        settings: fields.settings('configs'),
      });
      fields.finish(HINT);
      return topic;
    }),
  );
}

function defaultReplication(state: Fields): ReturnType<Fields['whole']> {
  const settings = state.fields('settings', 'settings');
  const files = settings?.fields('files')?.entry('topics');
  if (files !== undefined) {
    state.report.error(
      files.line,
      'settings.files.topics names another file, which is not read; write its topics into this file',
    );
  }
  // The other settings are about Confluent Cloud, and about topics that are not in the file.
  return settings?.fields('topics')?.fields('defaults', 'settings.topics.defaults')?.whole('replication');
}
