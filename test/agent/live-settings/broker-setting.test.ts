import { brokerSettings, managedMarker } from '../../../agent/live-settings/broker-setting';

type Synonym = [name: string, value: string | undefined, source: number];

const described = (name: string, value: string | undefined, synonyms: Synonym[], isReadOnly = false) => ({
  name,
  value,
  isReadOnly,
  synonyms: synonyms.map(([synonym, of, source]) => ({ name: synonym, value: of, source })),
});

/** Answers of Kafka 4.4.0. */
const CHANGED = described('num.io.threads', '6', [
  ['num.io.threads', '6', 2],
  ['num.io.threads', '3', 4],
  ['num.io.threads', '8', 5],
]);
const MARK = described(managedMarker('num.io.threads'), undefined, [[managedMarker('num.io.threads'), undefined, 2]], true);
const RETENTION_MS = described('log.retention.ms', '86400000', [
  ['log.retention.ms', '86400000', 2],
  ['log.retention.ms', '5000000', 4],
  ['log.retention.hours', '24', 4],
  ['log.retention.hours', '168', 5],
]);
const NO_RETENTION_MS = described('log.retention.ms', undefined, []);
const RETENTION_HOURS = described(
  'log.retention.hours',
  '24',
  [
    ['log.retention.hours', '24', 4],
    ['log.retention.hours', '168', 5],
  ],
  true,
);
const OF_THE_CLUSTER = described('min.insync.replicas', '2', [
  ['min.insync.replicas', '2', 3],
  ['min.insync.replicas', '1', 4],
  ['min.insync.replicas', '1', 5],
]);

test('a value of its own stands above the file, and that above the default', () => {
  expect(brokerSettings([CHANGED]).get('num.io.threads')).toEqual({
    name: 'num.io.threads',
    effective: '6',
    own: '6',
    isOurs: false,
    isInFile: true,
    beneath: '3',
    unset: '8',
  });
});

test('the mark says whose it is, and is no setting itself', () => {
  const settings = brokerSettings([CHANGED, MARK]);

  expect(settings.get('num.io.threads')?.isManaged).toBe(true);
  expect([...settings.keys()]).toEqual(['num.io.threads']);
});

test('a mark is known without its setting, which somebody took away or another Kafka had', () => {
  const settings = brokerSettings([MARK]);

  expect(settings.get('num.io.threads')).toMatchObject({ isOurs: true, isInFile: false });
});

test('other units count where the first has no value', () => {
  expect(brokerSettings([NO_RETENTION_MS, RETENTION_HOURS]).get('log.retention.ms')).toMatchObject({
    effective: '86400000',
    isInFile: true,
    beneath: '86400000',
    unset: '604800000',
  });
});

test('other units count beneath the first', () => {
  expect(brokerSettings([RETENTION_MS, RETENTION_HOURS]).get('log.retention.ms')).toMatchObject({
    own: '86400000',
    beneath: '5000000',
    unset: '604800000',
  });
});

test('a value of the cluster stands above the file', () => {
  expect(brokerSettings([OF_THE_CLUSTER]).get('min.insync.replicas')).toMatchObject({
    beneath: '2',
    unset: '2',
  });
});

test('what is read-only is not there', () => {
  expect(brokerSettings([RETENTION_HOURS]).size).toBe(0);
});
