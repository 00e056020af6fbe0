import { join, relative } from 'node:path';
import { Chart } from 'cdk8s';
import { KafkaCluster, KafkaVersion, TopicConfigMap } from '../../lib';
import { collectWarnings, messageOf, newChart, synth } from './testing';

/** Folder with topic files of all forms. */
export const CORPUS = join(__dirname, '../lib/topics/files/corpus');

/** Topics of files, and the messages at synth. */
export interface ReadList {
  readonly topics: readonly string[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads files of the corpus. Paths in the result are relative to the corpus. */
export function readCorpus(...paths: readonly string[]): ReadList {
  const chart = newChart();
  // Without maps, only the topics themselves are checked.
  const cluster = KafkaCluster.fromAttributes(chart, 'Kafka', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
  });
  const list = new TopicConfigMap(chart, 'TopicList', {
    cluster,
    topicFiles: paths.map((path) => join(CORPUS, path)),
  });
  return resultOf(list);
}

/** The topics of a list, and its messages at synth. */
export function resultOf(list: TopicConfigMap): ReadList {
  const warnings = collectWarnings();
  const message = messageOf(() => synth(Chart.of(list)));
  const short = (text: string) => text.replaceAll(`${relative(process.cwd(), CORPUS)}/`, '');
  return {
    topics: list._listed.map(({ topic, line }) => short(`${line} ${JSON.stringify(topic)}`)),
    errors: message
      .split('\n')
      .filter((line) => line.startsWith('  ['))
      .map((line) => short(line.replace(/^ {2}\[.*?\] /, ''))),
    warnings: warnings.map((line) => short(line.replace('cdk8s-kafka: warning: ', ''))),
  };
}
