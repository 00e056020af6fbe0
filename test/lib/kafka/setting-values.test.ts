import fc from 'fast-check';
import { KafkaVersion } from '../../../lib/kafka/kafka-version';
import { SETTING_VALUES } from '../../../lib/kafka/kafka-settings';
import { assertValues } from '../../../lib/kafka/setting-values';
import { messageOf } from '../../support/testing';

const check = (name: string, value: string, version = KafkaVersion.V4_4) =>
  assertValues("map 'streams'", version, { [name]: value });

test.each<[setting: string, value: string, wanted: string]>([
  ['num.io.threads', 'many', 'a whole number from 1 to 2147483647'],
  ['num.io.threads', '0', 'a whole number from 1 to 2147483647'],
  ['num.io.threads', '8.5', 'a whole number from 1 to 2147483647'],
  ['num.io.threads', '', 'a whole number from 1 to 2147483647'],
  ['num.io.threads', '2147483648', 'a whole number from 1 to 2147483647'],
  ['log.retention.bytes', '7d', 'a whole number from -9223372036854775808 to 9223372036854775807'],
  [
    'log.retention.bytes',
    '9223372036854775808',
    'a whole number from -9223372036854775808 to 9223372036854775807',
  ],
  ['log.retention.ms', '0', 'a whole number from -9223372036854775808 to 9223372036854775807, other than 0'],
  ['log.retention.hours', '00', 'a whole number from -2147483648 to 2147483647, other than 0'],
  ['log.retention.hours', '168\u00a0', 'a whole number from -2147483648 to 2147483647, other than 0'],
  ['log.roll.ms', '0', 'a whole number from 1 to 9223372036854775807'],
  ['log.cleaner.threads', '0', 'a whole number from 1 to 2147483647'],
  ['principal.builder.class', '', 'the name of a class, or remove the setting'],
  ['replica.selector.class', ' ', 'the name of a class, or remove the setting'],
  ['remote.log.storage.manager.class.name', '', 'the name of a class, or remove the setting'],
  ['compression.gzip.level', '10', 'a whole number from 1 to 9, or -1'],
  ['log.cleaner.min.cleanable.ratio', '50%', 'a number from 0 to 1'],
  ['log.cleaner.min.cleanable.ratio', '1.01', 'a number from 0 to 1'],
  ['log.cleaner.io.max.bytes.per.second', 'fast', 'a number'],
  ['log.preallocate', 'yes', "'true' or 'false'"],
  ['log.cleanup.policy', 'compact;delete', "one or more of 'compact', 'delete', separated by commas"],
  ['log.message.timestamp.type', 'createtime', "one of 'CreateTime', 'LogAppendTime'"],
])('fails for %s=%s', (setting, value, wanted) => {
  expect(messageOf(() => check(setting, value))).toBe(
    `setting '${setting}' of map 'streams' is '${value}', which Kafka 4.4.0 does not accept; write ${wanted}`,
  );
});

test.each([
  ['num.io.threads', ' 8 '],
  ['num.io.threads', '+8'],
  ['log.retention.ms', '-1'],
  ['log.retention.ms', '9223372036854775807'],
  ['compression.gzip.level', '-1'],
  ['log.cleaner.min.cleanable.ratio', '.5'],
  ['log.cleaner.min.cleanable.ratio', '0.5f'],
  ['authorizer.class.name', ''],
  ['metric.reporters', ''],
  ['log.retention.ms', '-2'],
  ['log.cleaner.io.max.bytes.per.second', '1.7976931348623157E308'],
  ['log.preallocate', 'TRUE'],
  ['log.cleanup.policy', 'compact, delete'],
  ['group.consumer.migration.policy', 'upgrade'],
  ['num.io.threads', '${file:/etc/threads:io}'],
  ['a.plugin.has.settings.of.its.own', 'whatever'],
])('accepts %s=%s', (setting, value) => {
  expect(() => check(setting, value)).not.toThrow();
});

test('values depend on the version', () => {
  const messages = [KafkaVersion.V3_9, KafkaVersion.V4_4].map((version) =>
    messageOf(() => check('group.coordinator.append.linger.ms', '-1', version)),
  );
  expect(messages).toEqual([
    "setting 'group.coordinator.append.linger.ms' of map 'streams' is '-1', which Kafka 3.9.2 does not accept; write a whole number from 0 to 2147483647",
    'nothing was thrown',
  ]);
});

test('a version newer than the generated tables is checked for types only', () => {
  const newest = KafkaVersion.of('9.9.9');
  expect(messageOf(() => check('num.io.threads', 'many', newest))).toBe(
    "setting 'num.io.threads' of map 'streams' is 'many', which Kafka 9.9.9 does not accept; write a whole number from " +
      '-2147483648 to 2147483647',
  );
  expect(() => check('num.io.threads', '0', newest)).not.toThrow();
  expect(() => check('log.cleanup.policy', 'archive', newest)).not.toThrow();
});

test('a number is accepted if and only if it is in its range', () => {
  const ranged = SETTING_VALUES.filter(({ type, lines }) => type === 'int' && lines.includes('4.4'));
  const rules = ranged.flatMap((rule) => rule.names.map((name) => ({ ...rule, name })));
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      fc.oneof(fc.integer(), fc.integer({ min: -3, max: 40 })),
      ({ name, min = -Infinity, max = Infinity, or }, value) => {
        // Kafka finds only at its start that these are not valid; its tables say that 0 is.
        const isInvalidZero =
          value === 0 && /^log\.(retention\.(minutes|hours)|cleaner\.threads)$/.test(name);
        const isFine = !isInvalidZero && (value === or || (value >= min && value <= max));
        expect(messageOf(() => check(name, String(value))) === 'nothing was thrown').toBe(isFine);
      },
    ),
    {
      examples: rules
        .filter(({ name }) => /^log\.(cleaner\.threads|retention\.hours)$/.test(name))
        .map((rule) => [rule, 0]),
    },
  );
});
