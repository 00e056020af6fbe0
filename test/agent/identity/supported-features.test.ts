import { assertReadable } from '../../../agent/identity/supported-features';
import { OperatorError } from '../../../agent/runtime/errors';

const LEVELS_4_4: [string, number][] = [
  ['metadata.version', 33],
  ['eligible.leader.replicas.version', 1],
  ['group.version', 1],
  ['kraft.version', 1],
  ['share.version', 2],
  ['streams.version', 1],
  ['transaction.version', 2],
];
const check =
  (version: string, ...levels: [string, number][]) =>
  () =>
    assertReadable(version, { levels: new Map(levels), source: 'h1:9093' });

test('a version older than the metadata cannot start', () => {
  const start = check('4.3.1', ...[...LEVELS_4_4].reverse());
  expect(start).toThrow(
    'the cluster has finalized metadata.version 33 (Kafka 4.4), and Kafka 4.3.1 reads metadata.version up to 30, according ' +
      'to h1:9093',
  );
  try {
    start();
  } catch (error) {
    expect((error as OperatorError).hint).toBe(
      'set version, and controllerVersion if it is set, to Kafka 4.4 or newer: after an upgrade is finalized, older versions ' +
        'cannot start',
    );
  }
});

test.each([
  ['the version that has finalized it', '4.4.0'],
  ['a version that this program does not know', '4.7.0'],
])('%s can start', (_, version) => expect(check(version, ...LEVELS_4_4)).not.toThrow());

test.each([
  ['3.9.2', 21],
  ['4.0.2', 25],
  ['4.1.2', 27],
  ['4.2.2', 29],
  ['4.3.1', 30],
  ['4.4.0', 33],
])('Kafka %s reads metadata.version %i, and not the next level', (version, level) => {
  expect(check(version, ['metadata.version', level])).not.toThrow();
  expect(check(version, ['metadata.version', level + 1])).toThrow(OperatorError);
});

test('another feature can be too new as well', () => {
  expect(check('4.3.1', ['metadata.version', 30], ['share.version', 2])).toThrow(
    'share.version 2 (Kafka 4.4)',
  );
});

test('a feature that this program does not know, and a level beyond all releases', () => {
  expect(check('4.3.1', ['new.version', 5])).not.toThrow();
  expect(check('4.4.0', ['metadata.version', 40])).toThrow(
    'has finalized metadata.version 40, and Kafka 4.4.0',
  );
});
