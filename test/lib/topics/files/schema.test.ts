/* The JSON Schema of topic files, which editors use. `npm run check` compares it with the tables that generate it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { KafkaVersion } from '../../../../lib';
import { topicsOf } from '../../../../lib/topics/files/forms';
import { Report } from '../../../../lib/topics/files/report';
import { parseDocuments } from '../../../../lib/topics/files/yaml';
import { topicProblems } from '../../../../lib/topics/topic-checks';
import { CORPUS } from '../../../support/topic-files';

const SCHEMA = join(__dirname, '../../../../schemas/topics.schema.json');
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')),
);

const filesIn = (folder: string) =>
  readdirSync(join(CORPUS, folder)).filter((file) => /\.(yaml|json)$/.test(file));

/** The documents of a file of the corpus, without empty ones. */
function documents(path: string): unknown[] {
  return parseAllDocuments(readFileSync(join(CORPUS, path), 'utf8'), { merge: true })
    .map((document) => document.toJS() as unknown)
    .filter((document) => document !== null);
}

const topic = (fields: object) => ({ topics: [{ name: 'orders', ...fields }] });
const config = (name: string, value: unknown) => topic({ config: { [name]: value } });

test.each(filesIn('own'))('the schema accepts %s', (file) => {
  for (const document of documents(`own/${file}`)) {
    validate(document);
    expect(validate.errors).toBeNull();
  }
});

test.each(['values.yaml', 'fields.yaml', 'unknown-form.yaml'])('the schema refuses bad/%s', (file) => {
  expect(documents(`own/bad/${file}`).filter((document) => validate(document))).toEqual([]);
});

test.each<[name: string, document: unknown]>([
  ['an unknown field of the file', { topics: [], owner: 'payments' }],
  ['a topic without a name', { topics: [{ partitions: 1 }] }],
  ['a topic that is a text', { topics: ['orders'] }],
  ['an invalid name', topic({ name: 'a b' })],
  ['an unknown field', topic({ partition: 1 })],
  ['no partitions', topic({ partitions: 0 })],
  ['partitions that are a text', topic({ partitions: 'twelve' })],
  ['too many replicas', topic({ replicationFactor: 32768 })],
  ['a retention without a unit', topic({ retention: 7 })],
  ['an unknown unit of time', topic({ retention: '7w' })],
  ['a decimal unit', topic({ retentionBytes: '10G' })],
  ['an unlimited size of a batch', topic({ maxMessageBytes: 'unlimited' })],
  ['an unknown policy', topic({ cleanupPolicy: 'compacted' })],
  ['an unknown compression', topic({ compressionType: 'zip' })],
  ['labels in a list', topic({ labels: ['high'] })],
  ['an unknown setting', config('retention.msec', 1)],
  ['a setting of brokers', config('log.retention.ms', 1)],
  ['a number below the minimum', config('retention.ms', -2)],
  ['a number above the maximum', config('compression.lz4.level', 18)],
  ['a number outside of two ranges', config('compression.gzip.level', 0)],
  ['a number with a unit', config('retention.ms', '7d')],
  ['a fraction', config('segment.ms', 1.5)],
  ['a ratio above 1', config('min.cleanable.dirty.ratio', 1.1)],
  ['another boolean', config('preallocate', 'yes')],
  ['an unknown value', config('message.timestamp.type', 'createTime')],
  ['an unknown item of a list', config('cleanup.policy', 'compact,archive')],
])('the schema refuses %s', (_, document) => {
  expect(validate(document)).toBe(false);
});

test.each<[name: string, document: unknown]>([
  ['numbers and booleans in quotes', topic({ config: { 'retention.ms': '-1', preallocate: 'true' } })],
  ['numbers above those of JavaScript', config('max.compaction.lag.ms', '9223372036854775807')],
  ['both policies, in any order', config('cleanup.policy', 'delete, compact')],
  ['an additional number outside of a range', config('compression.gzip.level', -1)],
  ['settings of other images', config('confluent.placement.constraints', '{}')],
])('the schema accepts %s', (_, document) => {
  validate(document);
  expect(validate.errors).toBeNull();
});

/** True if the reader has no problem with a file. */
function isRead(text: string): boolean {
  const report = new Report('topics.yaml');
  const topics = parseDocuments(text, report).flatMap((document) => topicsOf(document, report));
  const problems = topics.flatMap(({ topic }) => topicProblems(topic, KafkaVersion.V4_4));
  return report.errors.length === 0 && problems.length === 0;
}

const fileOf = (field: string) => `- { ${field.startsWith('name:') ? '' : 'name: orders, '}${field} }`;

const ACCEPTED = [
  'name: 2024',
  'name: true',
  'name: ...',
  'partitions: "12"',
  'partitions: 9900',
  'replicationFactor: "3"',
  'minInSyncReplicas: "2"',
  'owner: 12',
  'owner: true',
  'labels: { cost-center: 4711, critical: true, tier: high }',
  'retention: unlimited',
  'retentionBytes: 1073741824',
  'retentionBytes: "1073741824"',
  'maxMessageBytes: 1Gi',
  'maxMessageBytes: 2147483647',
  'cleanupPolicy: "delete, compact"',
  'cleanupPolicy: [delete, compact]',
  'compressionType: zstd',
  'config: {}',
  'config: { cleanup.policy: "compact , delete" }',
  'config: { cleanup.policy: [compact] }',
  'config: { preallocate: True }',
  'config: { min.cleanable.dirty.ratio: "0.5" }',
  'config: { leader.replication.throttled.replicas: "0:1001,1:1002" }',
  'config: { leader.replication.throttled.replicas: [0:1001, 1:1002] }',
  'config: { leader.replication.throttled.replicas: "*" }',
  'config: { leader.replication.throttled.replicas: [] }',
  'config: { max.message.bytes: "2097152" }',
];
const REFUSED = [
  'name: .',
  'name: ..',
  'name: __consumer_offsets',
  `name: ${'a'.repeat(250)}`,
  'name: [orders]',
  'name:',
  'partitions: 0',
  'partitions: "0"',
  'partitions: 9901',
  'partitions: "99999"',
  'partitions: 1.5',
  'partitions:',
  'replicationFactor: 32768',
  'minInSyncReplicas: 0',
  'minInSyncReplicas: [2]',
  'owner: [payments]',
  'owner: {}',
  'owner:',
  'labels: [high]',
  'labels: { tier: [high] }',
  'labels: { tier: }',
  'retention: 7',
  'retention: forever',
  'retentionBytes: 10GB',
  'retentionBytes: -1',
  'maxMessageBytes: 3Gi',
  'maxMessageBytes: 1Ti',
  'maxMessageBytes: 2147483648',
  'cleanupPolicy: []',
  'cleanupPolicy: ""',
  'cleanupPolicy: compacted',
  'compressionType: [zstd]',
  'config: { cleanup.policy: [] }',
  'config: { cleanup.policy: "" }',
  'config: { min.cleanable.dirty.ratio: half }',
  'config: { max.message.bytes: 2147483648 }',
  'config: { leader.replication.throttled.replicas: "1001" }',
  'config: { retention.ms: }',
  'color: red',
];
/** A schema sees 10 for each of the numbers, and has no arithmetic for units. */
const ACCEPTED_BY_SCHEMA_ONLY = [
  'partitions: 1e1',
  'partitions: 10.0',
  'maxMessageBytes: 2048Mi',
  'retention: 999999999999999d',
];

describe('the schema and the reader', () => {
  const verdicts = (field: string) => ({
    isRead: isRead(fileOf(field)),
    isValid: validate(parse(fileOf(field))),
  });

  test.each(ACCEPTED)('both accept %s', (field) => {
    expect(verdicts(field)).toEqual({ isRead: true, isValid: true });
  });

  test.each(REFUSED)('both refuse %s', (field) => {
    expect(verdicts(field)).toEqual({ isRead: false, isValid: false });
  });

  test.each(ACCEPTED_BY_SCHEMA_ONLY)('only the reader refuses %s', (field) => {
    expect(verdicts(field)).toEqual({ isRead: false, isValid: true });
  });

  test('both accept fields for anchors', () => {
    const text = 'x-defaults: &defaults { partitions: 3 }\ntopics: [{ <<: *defaults, name: orders }]';

    expect(isRead(text)).toBe(true);
    expect(validate(parse(text, { merge: true }))).toBe(true);
  });
});
