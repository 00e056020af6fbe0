// Writes schemas/topics.schema.json, the JSON Schema of topic files, from the tables of the checks. Run after build:lib.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { TypeSystem } from 'jsii-reflect';
import { TOPIC_SETTING_DESCRIPTIONS } from './topic-setting-descriptions.mjs';

const target = process.argv[2] ?? 'schemas/topics.schema.json';
const load = createRequire(import.meta.url);
const { KAFKA_LINES } = load('../dist/lib/kafka/kafka-settings.js');
const { TOPIC_SETTING_VALUES } = load('../dist/lib/kafka/topic-setting-values.js');
const { TOPIC_NUMBERS } = load('../dist/lib/seam/topic-rules.js');
const { CleanupPolicy, CompressionType } = load('../dist/lib/index.js');
const { DURATION_PATTERN, SIZE_PATTERN, UNLIMITED } = load('../dist/lib/topics/files/text-values.js');

const newest = KAFKA_LINES.at(-1);
const WHOLE = '^[-+]?\\d+$';

const system = new TypeSystem();
await system.load('.', { validate: false });
const properties = system.findInterface('cdk8s-kafka.TopicDefinition').allProperties;

/** Values of a setting. YAML files have numbers and booleans with or without quotes. */
function valuesOf({ type, min, max, or, oneOf }) {
  // JavaScript cannot express larger limits, and Kafka's types have them anyway.
  const limits = { minimum: min, maximum: Number.isSafeInteger(max) ? max : undefined };
  const items = oneOf === undefined ? { type: 'string' } : { enum: oneOf };
  switch (type) {
    case 'boolean':
      return { enum: [true, false, 'true', 'false'] };
    case 'string':
      return items;
    case 'list':
      return oneOf === undefined
        ? { type: ['string', 'array'], items }
        : {
            anyOf: [
              { type: 'string', pattern: listPattern(oneOf) },
              { type: 'array', items },
            ],
          };
    case 'double':
      return { type: ['number', 'string'], ...limits };
    default:
      return or === undefined
        ? { type: ['integer', 'string'], ...limits, pattern: WHOLE }
        : { anyOf: [{ type: 'integer', ...limits }, { const: or }, { type: 'string', pattern: WHOLE }] };
  }
}

function listPattern(values) {
  const one = `(${values.join('|')})`;
  return `^${one}(, *${one})*$`;
}

function settings() {
  const rules = TOPIC_SETTING_VALUES.filter(({ lines }) => lines.includes(newest));
  const entries = rules.flatMap((rule) =>
    rule.names.map((name) => {
      const description = TOPIC_SETTING_DESCRIPTIONS[name];
      if (description === undefined) {
        throw new Error(`scripts/topic-setting-descriptions.mjs has no description of ${name}`);
      }
      return [name, { description, ...valuesOf(rule) }];
    }),
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const amount = (pattern) => ({ type: 'string', pattern });
const bytes = [{ type: 'integer', minimum: 0 }, amount(SIZE_PATTERN)];
const whole = (maximum) => ({ type: 'integer', minimum: 1, maximum });

/** Fields of a topic, with further descriptions of their values. */
const FIELDS = {
  name: { type: 'string', pattern: '^[a-zA-Z0-9._-]{1,249}$' },
  partitions: whole(TOPIC_NUMBERS.partitions),
  replicationFactor: whole(TOPIC_NUMBERS.replicationFactor),
  retention: {
    description: `A whole number with a unit, ms, s, m, h or d, such as 7d, or ${UNLIMITED}.`,
    anyOf: [amount(DURATION_PATTERN), { const: UNLIMITED }],
  },
  retentionBytes: {
    description: `Bytes, or a whole number with a unit, Ki, Mi, Gi, Ti or Pi, such as 10Gi, or ${UNLIMITED}.`,
    anyOf: [...bytes, { const: UNLIMITED }],
  },
  cleanupPolicy: {
    anyOf: [
      { enum: Object.values(CleanupPolicy) },
      { type: 'array', items: { enum: ['compact', 'delete'] }, minItems: 1 },
    ],
  },
  minInSyncReplicas: whole(TOPIC_NUMBERS.replicationFactor),
  maxMessageBytes: {
    description: 'Bytes, or a whole number with a unit, Ki, Mi or Gi, such as 2Mi.',
    anyOf: bytes,
  },
  compressionType: { enum: Object.values(CompressionType) },
  config: { $ref: '#/definitions/settings' },
  owner: { type: 'string' },
  labels: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
};

function topicFields() {
  const names = properties.map(({ name }) => name);
  const missing = names.filter((name) => !(name in FIELDS));
  if (missing.length > 0) {
    throw new Error(`scripts/topics-schema.mjs has no rule for ${missing.join(', ')} of TopicDefinition`);
  }
  return Object.fromEntries(
    Object.entries(FIELDS).map(([name, { description, ...rule }]) => {
      // Further sentences are about code.
      const [summary] = /^.*?\.(?=\s|$)/s.exec(
        properties.find((property) => property.name === name).docs.docs.summary,
      );
      // Rules beside $ref have no effect in draft-07.
      const own = rule.$ref === undefined ? rule : { allOf: [rule] };
      return [name, { description: [summary, description].filter(Boolean).join(' '), ...own }];
    }),
  );
}

const topics = { type: 'array', items: { $ref: '#/definitions/topic' } };
const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://raw.githubusercontent.com/cdk8s-kafka/cdk8s-kafka/main/schemas/topics.schema.json',
  title: 'Topics of a TopicConfigMap',
  description: `Generated by scripts/topics-schema.mjs with the settings of Kafka ${newest}.`,
  anyOf: [
    {
      type: 'object',
      properties: { $schema: { type: 'string' }, topics: { anyOf: [topics, { type: 'null' }] } },
      // Values with anchors.
      patternProperties: { '^x-': {} },
      required: ['topics'],
      additionalProperties: false,
    },
    topics,
  ],
  definitions: {
    topic: { type: 'object', properties: topicFields(), required: ['name'], additionalProperties: false },
    settings: {
      type: 'object',
      properties: settings(),
      // Settings of other images, as in the checks.
      patternProperties: { '^(confluent|internal)\\.': { type: ['string', 'number', 'boolean'] } },
      additionalProperties: false,
    },
  },
};

mkdirSync(dirname(target), { recursive: true });
const config = await resolveConfig('schemas/topics.schema.json');
writeFileSync(target, await format(JSON.stringify(schema), { ...config, parser: 'json' }));
