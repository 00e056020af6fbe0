import { inMilliseconds, stepTowards } from '../../../agent/live-settings/values';
import { isSameValue } from '../../../agent/text/same-value';

test.each([
  ['8', ' 8 '],
  ['8', '+08'],
  ['0.9', '0.90'],
  ['1', '1.0'],
  ['1.7976931348623157E308', '1.7976931348623157e308'],
  ['true', 'TRUE'],
  ['compact,delete', 'compact, delete'],
  ['9223372036854775807', '9223372036854775807'],
  ['', ''],
])('%j and %j are one value', (one, other) => {
  expect(isSameValue(one, other)).toBe(true);
});

test.each([
  ['8', '9'],
  ['8', undefined],
  ['', undefined],
  ['9223372036854775807', '9223372036854775806'],
  ['compact,delete', 'delete,compact'],
  ['gzip', 'GZIP'],
  ['', '0'],
])('%j and %j are two', (one, other) => {
  expect(isSameValue(one, other)).toBe(false);
});

test.each([
  ['log.retention.hours', '48', '172800000'],
  ['log.retention.minutes', ' 10 ', '600000'],
  ['log.retention.ms', '5', '5'],
  ['log.retention.hours', '-1', '-1'],
  ['log.retention.hours', '2562047788015', '9223372036854000000'],
  // Kafka rejects the value, which is reported.
  ['log.retention.hours', 'two', 'two'],
])('%s %j is %s ms', (name, value, expected) => {
  expect(inMilliseconds(name, value)).toBe(expected);
});

test.each([
  ['num.io.threads', '8', '16', '16'],
  ['num.io.threads', '8', '100', '16'],
  ['num.io.threads', '8', '4', '4'],
  ['num.io.threads', '9', '2', '4'],
  ['num.io.threads', '1', '3', '2'],
  ['num.replica.fetchers', '1', '5', '2'],
  ['num.recovery.threads.per.data.dir', '2', '8', '4'],
  ['log.cleaner.threads', '1', '4', '2'],
  ['remote.log.manager.copier.thread.pool.size', '10', '30', '20'],
  // Kafka rejects invalid values itself.
  ['num.io.threads', '8', '0', '0'],
  ['num.io.threads', '8', 'many', 'many'],
  ['num.io.threads', undefined, '100', '100'],
  ['message.max.bytes', '8', '100', '100'],
])('%s goes from %s towards %s by %s', (name, from, to, next) => {
  expect(stepTowards(name, from, to)).toBe(next);
});
