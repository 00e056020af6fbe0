/*
 * KafkaTopic objects of Strimzi, single, in a List, or among other objects.
 * https://strimzi.io/docs/operators/latest/configuring#type-KafkaTopic-reference
 */
import { quoted } from '../../input/format';
import { topicText } from '../topic-checks';
import { Fields } from './fields';
import { FileTopic, Form, fileTopic } from './file-topic';
import { Node, isBoolean, valueOf } from './nodes';
import { Report } from './report';

/** Objects of Kubernetes, of which KafkaTopic objects are read. */
export const STRIMZI: Form = {
  matches: (document) =>
    valueOf(document, 'kind') !== undefined && valueOf(document, 'apiVersion') !== undefined,
  read: readObject,
};

function readObject(document: Node, report: Report): FileTopic[] {
  const kind = valueOf(document, 'kind');
  const kindText = kind?.kind === 'scalar' ? kind.text : '';
  if (/List$/.test(kindText)) {
    const items = valueOf(document, 'items');
    return items?.kind === 'list' ? items.items.flatMap((item) => readObject(item, report)) : [];
  }
  if (kindText !== 'KafkaTopic' || document.kind !== 'map') {
    report.warn(document.line, `an object of kind '${kindText}' is not a topic, and is not read`);
    return [];
  }
  const object = new Fields(document, 'a KafkaTopic', report);
  const apiVersion = object.text('apiVersion');
  if (apiVersion !== undefined && !apiVersion.value.startsWith(`${GROUP}/`)) {
    report.error(
      apiVersion.line,
      `apiVersion of a KafkaTopic is ${quoted(apiVersion.value)}, and only KafkaTopic objects of Strimzi (${GROUP}) are read; write the topic ` +
        'in the form of this package',
    );
    return [];
  }
  return readTopic(object);
}

/** API group of Strimzi. Other operators have objects of the same kind, with other fields. */
const GROUP = 'kafka.strimzi.io';

function readTopic(object: Fields): FileTopic[] {
  const { report } = object;
  const metadata = object.fields('metadata');
  const spec = object.fields('spec');
  const name = spec?.text('topicName') ?? metadata?.text('name');
  if (name === undefined) {
    report.error(object.line, 'a KafkaTopic has no metadata.name; write for example name: orders');
    return [];
  }
  const topic = spec?.renamed(topicText(name.value));
  checkAnnotations(metadata, name.value);
  const found = fileTopic(report, {
    name,
    partitions: topic?.whole('partitions'),
    replicationFactor: topic?.whole('replicas'),
    settings: topic?.settings('config'),
    labels: metadata?.texts('labels'),
  });
  topic?.finish();
  object.skip('apiVersion', 'kind', 'status');
  object.finish();
  return [found];
}

/** Strimzi ignores topics with some annotations. */
function checkAnnotations(metadata: Fields | undefined, name: string): void {
  const annotations = metadata?.fields('annotations');
  for (const [key, ignored] of [
    ['strimzi.io/managed', false],
    ['strimzi.io/pause-reconciliation', true],
  ] as const) {
    const entry = annotations?.entry(key);
    if (entry !== undefined && isBoolean(entry.value, ignored)) {
      metadata!.report.error(
        entry.line,
        `annotation '${key}' of ${topicText(name)} is ${ignored}, so Strimzi does not change the topic; remove the annotation, or the ` +
          'KafkaTopic',
      );
    }
  }
}
