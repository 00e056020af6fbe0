import { quoted } from '../../input/format';
import { BITNAMI } from './bitnami';
import { described } from './fields';
import { FileTopic, Form } from './file-topic';
import { JULIEOPS } from './julieops';
import { KAFKA_GITOPS } from './kafka-gitops';
import { Node } from './nodes';
import { OWN_FORM } from './own-form';
import { Report } from './report';
import { STRIMZI } from './strimzi';
import { TERRAFORM } from './terraform';
import { TOPICCTL } from './topicctl';

/** All forms. The first one that matches a document is used. */
const FORMS: readonly Form[] = [STRIMZI, TOPICCTL, JULIEOPS, TERRAFORM, BITNAMI, OWN_FORM, KAFKA_GITOPS];

/** Maximum number of keys in a message. */
const MAX_KEYS = 5;

/** The topics of a document of any form. */
export function topicsOf(document: Node, report: Report): FileTopic[] {
  const form = FORMS.find(({ matches }) => matches(document));
  if (form !== undefined) {
    return form.read(document, report);
  }
  const keys = document.kind === 'map' ? document.entries.map(({ key }) => quoted(key)) : [];
  const found =
    keys.length > 0
      ? `has the fields ${keys.slice(0, MAX_KEYS).join(', ')}`
      : `is ${document.kind === 'map' ? 'an empty mapping' : described(document)}`;
  report.error(
    document.line,
    `is not a topic file: it ${found}; write a list of topics in the field 'topics', or one of the forms in ` +
      'https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/topic-files.md',
  );
  return [];
}
