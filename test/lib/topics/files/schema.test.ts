/* The JSON Schema of topic files, which editors use. `npm run check` compares it with the tables that generate it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parseAllDocuments } from 'yaml';
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
