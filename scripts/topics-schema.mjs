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
const { INTERNAL_TOPICS, MAX_NAME_LENGTH } = load('../dist/lib/seam/topic-patterns/index.js');
const { DURATION_PATTERN, SIZE_PATTERN, UNLIMITED } = load('../dist/lib/topics/files/text-values.js');

const newest = KAFKA_LINES.at(-1);
const WHOLE = '^[-+]?\\d+$';
const DECIMAL = '^[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?[dDfF]?$';
/** An item of the lists of replicas that are throttled. */
const REPLICA = '\\d+:\\d+';
const MAX_INT = 2 ** 31 - 1;

const system = new TypeSystem();
await system.load('.', { validate: false });
const properties = system.findInterface('cdk8s-kafka.TopicDefinition').allProperties;

/** Values of a setting. YAML files have numbers and booleans with or without quotes. */
function valuesOf({ type, min, max, or, oneOf }) {
  // JavaScript cannot express larger limits, and Kafka's types have them anyway.
  const [least, most] = type === 'int' ? [-MAX_INT - 1, MAX_INT] : [];
  const limits = { minimum: min ?? least, maximum: Number.isSafeInteger(max) ? max : most };
  switch (type) {
    case 'boolean':
      return { enum: [true, false, 'true', 'false'] };
    case 'string':
      return oneOf === undefined ? { type: 'string' } : { enum: oneOf };
    case 'list':
      return oneOf === undefined
        ? {
            type: ['string', 'array'],
            pattern: `^(\\*|(${REPLICA})?( *, *(${REPLICA})?)*)$`,
            items: matching(`^(\\*|${REPLICA})$`),
          }
        : { anyOf: listOf(oneOf) };
    case 'double':
      return { type: ['number', 'string'], ...limits, pattern: DECIMAL };
    default:
      return or === undefined
        ? { type: ['integer', 'string'], ...limits, pattern: WHOLE }
        : { anyOf: [{ type: 'integer', ...limits }, { const: or }, { type: 'string', pattern: WHOLE }] };
  }
}

/** A list as a text with commas, or as a list. */
function listOf(values) {
  const one = ` *(${values.join('|')}) *`;
  return [matching(`^${one}(,${one})*$`), { type: 'array', items: { enum: values }, minItems: 1 }];
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

function matching(pattern) {
  return { type: 'string', pattern };
}

/** A whole number from 1, with or without quotes. */
const whole = (maximum) => ({
  type: ['integer', 'string'],
  minimum: 1,
  maximum,
  pattern: `^[1-9]\\d{0,${String(maximum).length - 1}}$`,
});

/** YAML reads some texts as numbers or booleans. */
const TEXT = { type: ['string', 'number', 'boolean'] };

/** Fields of a topic, with further descriptions of their values. */
const FIELDS = {
  name: {
    ...TEXT,
    pattern: `^[a-zA-Z0-9._-]{1,${MAX_NAME_LENGTH}}$`,
    not: { enum: ['.', '..', ...INTERNAL_TOPICS] },
  },
  partitions: whole(TOPIC_NUMBERS.partitions),
  replicationFactor: whole(TOPIC_NUMBERS.replicationFactor),
  retention: {
    description: `A whole number with a unit, ms, s, m, h or d, such as 7d, or ${UNLIMITED}.`,
    anyOf: [matching(DURATION_PATTERN), { const: UNLIMITED }],
  },
  retentionBytes: {
    description: `Bytes, or a whole number with a unit, Ki, Mi, Gi, Ti or Pi, such as 10Gi, or ${UNLIMITED}.`,
    anyOf: [{ type: 'integer', minimum: 0 }, matching(SIZE_PATTERN), { const: UNLIMITED }],
  },
  cleanupPolicy: {
    anyOf: [{ enum: Object.values(CleanupPolicy) }, ...listOf(['compact', 'delete'])],
  },
  minInSyncReplicas: whole(MAX_INT),
  maxMessageBytes: {
    description: 'Bytes, or a whole number with a unit, Ki, Mi or Gi, such as 2Mi.',
    // Kafka stores the number of bytes in 32 bits.
    anyOf: [
      { type: 'integer', minimum: 0, maximum: MAX_INT },
      matching('^(\\d{1,10}|\\d{1,7}Ki|\\d{1,4}Mi|[01]Gi)$'),
    ],
  },
  compressionType: { enum: Object.values(CompressionType) },
  config: { $ref: '#/definitions/settings' },
  owner: TEXT,
  labels: { type: 'object', additionalProperties: TEXT },
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
      patternProperties: { '^(confluent|internal)\\.': TEXT },
      additionalProperties: false,
    },
  },
};

mkdirSync(dirname(target), { recursive: true });
const config = await resolveConfig('schemas/topics.schema.json');
writeFileSync(target, await format(JSON.stringify(schema), { ...config, parser: 'json' }));
