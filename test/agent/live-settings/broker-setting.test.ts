import { brokerSettings, managedMarker } from '../../../agent/live-settings/broker-setting';

type Synonym = [name: string, value: string | undefined, source: number];

const described = (name: string, value: string | undefined, synonyms: Synonym[], isReadOnly = false) => ({
  name,
  value,
  isReadOnly,
  synonyms: synonyms.map(([synonym, of, source]) => ({ name: synonym, value: of, source })),
});

/** Responses of Kafka 4.4.0. */
const CHANGED = described('num.io.threads', '6', [
  ['num.io.threads', '6', 2],
  ['num.io.threads', '3', 4],
  ['num.io.threads', '8', 5],
]);
const MARKER = described(
  managedMarker('num.io.threads'),
  undefined,
  [[managedMarker('num.io.threads'), undefined, 2]],
  true,
);
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
const CLUSTER_WIDE = described('min.insync.replicas', '2', [
  ['min.insync.replicas', '2', 3],
  ['min.insync.replicas', '1', 4],
  ['min.insync.replicas', '1', 5],
]);

test('a dynamic value precedes server.properties, which precedes the default', () => {
  expect(brokerSettings([CHANGED]).get('num.io.threads')).toEqual({
    name: 'num.io.threads',
    effectiveValue: '6',
    dynamicValue: '6',
    isManaged: false,
    hasStaticValue: true,
    inheritedValue: '3',
    defaultValue: '8',
  });
});

test('the marker identifies managed values and is not a setting', () => {
  const settings = brokerSettings([CHANGED, MARKER]);

  expect(settings.get('num.io.threads')?.isManaged).toBe(true);
  expect([...settings.keys()]).toEqual(['num.io.threads']);
});

test('a marker is found without its setting', () => {
  const settings = brokerSettings([MARKER]);

  expect(settings.get('num.io.threads')).toMatchObject({ isManaged: true, hasStaticValue: false });
});

test('other units apply if the first unit has no value', () => {
  expect(brokerSettings([NO_RETENTION_MS, RETENTION_HOURS]).get('log.retention.ms')).toMatchObject({
    effectiveValue: '86400000',
    hasStaticValue: true,
    inheritedValue: '86400000',
    defaultValue: '604800000',
  });
});

test('the first unit precedes other units', () => {
  expect(brokerSettings([RETENTION_MS, RETENTION_HOURS]).get('log.retention.ms')).toMatchObject({
    dynamicValue: '86400000',
    inheritedValue: '5000000',
    defaultValue: '604800000',
  });
});

test('a cluster-wide value precedes server.properties', () => {
  expect(brokerSettings([CLUSTER_WIDE]).get('min.insync.replicas')).toMatchObject({
    inheritedValue: '2',
    defaultValue: '2',
  });
});

test('read-only settings are omitted', () => {
  expect(brokerSettings([RETENTION_HOURS]).size).toBe(0);
});
