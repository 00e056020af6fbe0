import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { DeclaredTopicConfig } from '../../../../lib/seam/agent-config';
import { topicsOf } from '../../../../lib/topics/files/forms';
import { Report } from '../../../../lib/topics/files/report';
import { parseDocuments } from '../../../../lib/topics/files/yaml';

function read(text: string) {
  const report = new Report('topics.yaml');
  const topics = parseDocuments(text, report).flatMap((document) => topicsOf(document, report));
  return { topics, errors: report.errors };
}

/** Names of fields of all forms, so that random documents are near to them. */
const KEYS = [
  ...['name', 'partitions', 'replicationFactor', 'config', 'retention', 'owner', 'labels', 'topics'],
  ...['apiVersion', 'kind', 'metadata', 'annotations', 'spec', 'topicName', 'replicas', 'items'],
  ...[
    'provisioning',
    'numPartitions',
    'enabled',
    'meta',
    'settings',
    'placement',
    'strategy',
    'retentionMinutes',
  ],
  ...[
    'context',
    'projects',
    'special_topics',
    'dataType',
    'plan',
    'consumers',
    'defaults',
    'replication',
    'files',
  ],
  ...[
    'format_version',
    'values',
    'planned_values',
    'root_module',
    'child_modules',
    'resources',
    'type',
    'users',
  ],
];
const SCALARS = [
  'orders',
  'KafkaTopic',
  'List',
  'kafka_topic',
  '7d',
  'retention.ms',
  '',
  3,
  -1,
  1.5,
  null,
  true,
  false,
];

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(...SCALARS),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 6 }),
  ),
}));

test('a document of any content ends in topics or problems, never in an exception', () => {
  fc.assert(
    fc.property(value, (document) => {
      const { topics, errors } = read(JSON.stringify(document));
      [...topics, ...errors].forEach(({ line }) => expect(line).toBeGreaterThan(0));
    }),
    { numRuns: 3000 },
  );
});

test('a text of any content ends in topics or problems, never in an exception', () => {
  const line = fc.constantFrom(
    'topics:',
    '- name: a',
    '  b: *x',
    '  &x c: d',
    '<<: *x',
    '---',
    '\t',
    '{',
    ']',
    '? |',
    '!t',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(line).map((lines) => lines.join('\n')),
      ),
      (text) => {
        read(text);
      },
    ),
    { numRuns: 2000 },
  );
});

test('YAML and JSON have the same topics', () => {
  const topic: fc.Arbitrary<DeclaredTopicConfig> = fc.record(
    {
      name: fc.stringMatching(/^[a-z][a-zA-Z0-9._-]{0,20}$/),
      partitions: fc.integer({ min: 1, max: 9900 }),
      replicationFactor: fc.integer({ min: 1, max: 32767 }),
      owner: fc.stringMatching(/^[a-z ]*[a-z]$/),
    },
    { requiredKeys: ['name'], noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(topic), (topics) => {
      for (const text of [stringify({ topics }), JSON.stringify({ topics }), stringify(topics)]) {
        expect(read(text).topics.map((found) => found.topic)).toEqual(topics);
      }
    }),
    { numRuns: 100 },
  );
});
