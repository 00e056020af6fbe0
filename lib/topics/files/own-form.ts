/*
 * The form of this package: a list of topics, alone or in the field `topics`. schemas/topics.schema.json describes it.
 */
import { TYPED_SETTINGS, givenTwice } from '../../kafka/typed-topic-settings';
import { Fields, Located, LocatedSettings, mapsOf } from './fields';
import { FileTopic, Form, NamedFields, fileTopic, namedFields } from './file-topic';
import { Node, isNull, valueOf } from './nodes';
import { Report } from './report';
import { UNLIMITED, bytesOf, millisecondsOf } from './text-values';

/** The form of this package. */
export const OWN_FORM: Form = {
  matches: (document) => document.kind === 'list' || isList(valueOf(document, 'topics')),
  read: (document, report) =>
    mapsOf(itemsOf(document, report), 'a topic', report).flatMap((item) => {
      const named = namedFields(item);
      return named === undefined ? [] : [topicOf(named)];
    }),
};

/** True for a list; a list can be empty in YAML, without brackets. */
function isList(node: Node | undefined): boolean {
  return node !== undefined && (node.kind === 'list' || isNull(node));
}

function itemsOf(document: Node, report: Report): readonly Node[] {
  if (document.kind !== 'map') {
    return document.kind === 'list' ? document.items : [];
  }
  const root = new Fields(document, 'a topic file', report);
  const items = root.items('topics');
  // Editors read the JSON Schema of a JSON file from this field.
  root.skip('$schema');
  // Values with anchors, which topics refer to.
  root.skip(...document.entries.map(({ key }) => key).filter((key) => key.startsWith('x-')));
  root.finish();
  return items;
}

function topicOf({ name, fields }: NamedFields): FileTopic {
  const topic = fileTopic(fields.report, {
    name,
    partitions: fields.whole('partitions'),
    replicationFactor: fields.whole('replicationFactor'),
    settings: settingsOf(fields),
    owner: fields.text('owner'),
    labels: fields.texts('labels'),
  });
  fields.requireValues();
  fields.finish();
  return topic;
}

/** Settings in `config`, and typed ones. */
function settingsOf(fields: Fields): LocatedSettings {
  const settings = fields.settings('config');
  for (const [property, setting] of Object.entries(TYPED_SETTINGS)) {
    const typed = typedValue(fields, property as keyof typeof TYPED_SETTINGS);
    if (typed !== undefined) {
      if (settings.has(setting)) {
        fields.report.error(typed.line, givenTwice(fields.owner, property, setting));
      }
      settings.set(setting, typed);
    }
  }
  return settings;
}

function typedValue(fields: Fields, property: keyof typeof TYPED_SETTINGS): Located<string> | undefined {
  switch (property) {
    case 'retention':
      return amount(
        fields,
        property,
        millisecondsOf,
        `a number with a unit, such as 90m, 12h or 7d, or ${UNLIMITED}`,
      );
    case 'retentionBytes':
      return amount(
        fields,
        property,
        bytesOf,
        `a number of bytes, or with a unit, such as 10Gi, or ${UNLIMITED}`,
      );
    case 'maxMessageBytes':
      return amount(fields, property, bytesOf, 'a number of bytes, or with a unit, such as 2Mi');
    case 'minInSyncReplicas': {
      const whole = fields.whole(property);
      return whole && { ...whole, value: String(whole.value) };
    }
    case 'cleanupPolicy':
      return fields.listText(property);
    case 'compressionType':
      return fields.text(property);
  }
}

function amount(
  fields: Fields,
  property: string,
  convert: (text: string) => string | undefined,
  expected: string,
): Located<string> | undefined {
  const text = fields.text(property);
  if (text === undefined) {
    return undefined;
  }
  const isUnlimited = text.value === UNLIMITED && expected.endsWith(UNLIMITED);
  const value = isUnlimited ? '-1' : convert(text.value);
  if (value === undefined) {
    fields.wrong(property, fields.entry(property)!.value, expected);
    return undefined;
  }
  return { ...text, value };
}
