import { linesIn, servingAt, stopIn } from './words';

const agent = (level: string, message: string, fields: object = {}) =>
  `2026-01-01T00:00:01.500000000Z ${JSON.stringify({ level, message, ...fields })}\n`;

test('a stop that is held says what for, each thing once', () => {
  const held = agent('info', 'the stop waits: it is the turn of rolls-left-13', { heldSeconds: 1 });
  const { waitedFor, reason, isWarning, atRisk } = stopIn({
    agent:
      held +
      held +
      agent('warn', 'partitions without a replica to spare: the stop does not wait', {
        partitions: ['one-0'],
      }) +
      agent('warn', 'the server may stop', { reason: 'waited 1200 s' }),
    kafka: '',
  });
  expect(waitedFor).toEqual(['it is the turn of rolls-left-13']);
  expect({ reason, isWarning, atRisk }).toEqual({
    reason: 'waited 1200 s',
    isWarning: true,
    atRisk: ['one-0'],
  });
});

test('of a pod that said nothing nothing is known', () => {
  expect(stopIn({ agent: '', kafka: '' })).toEqual({ waitedFor: [], atRisk: [] });
});

test.each([
  ['KRaft', '[KafkaRaftServer nodeId=13] Kafka Server started (kafka.server.KafkaRaftServer)'],
  ['ZooKeeper', '[KafkaServer id=13] started (kafka.server.KafkaServer)'],
])('Kafka serves, with %s', (_, text) => {
  const log = `2026-01-01T00:00:01Z starting\n2026-01-01T00:00:09.250Z ${text}\n2026-01-01T00:00:10Z later`;
  expect(servingAt(log)).toBe(Date.parse('2026-01-01T00:00:09.250Z'));
});

test('a line that was cut off is left out', () => {
  expect(linesIn('2026-01-01T00:00:01Z one\n2026-01-').map(({ text }) => text)).toEqual(['one']);
  expect(stopIn({ agent: '2026-01-01T00:00:01Z {"level":"info","mess', kafka: '' }).reason).toBeUndefined();
});
