import { linesIn, servingAt, stopIn } from './server-logs';

const agent = (level: string, message: string, fields: object = {}) =>
  `2026-01-01T00:00:01.500000000Z ${JSON.stringify({ level, message, ...fields })}\n`;

test('each reason for a delayed stop is listed once', () => {
  const delayed = agent('info', 'preStop waits: rolls-left-13 holds the stop lease', { waitedSeconds: 1 });
  const { waitedFor, reason, isWarning, atRisk } = stopIn({
    agent:
      delayed +
      delayed +
      agent('warn', 'partitions without a spare replica: preStop does not wait for them', {
        partitions: ['one-0'],
      }) +
      agent('warn', 'the server may stop', { reason: 'preStop timed out after 20 minutes' }),
    kafka: '',
  });
  expect(waitedFor).toEqual(['rolls-left-13 holds the stop lease']);
  expect({ reason, isWarning, atRisk }).toEqual({
    reason: 'preStop timed out after 20 minutes',
    isWarning: true,
    atRisk: ['one-0'],
  });
});

test('a pod without logs', () => {
  expect(stopIn({ agent: '', kafka: '' })).toEqual({ waitedFor: [], atRisk: [] });
});

test.each([
  ['KRaft', '[KafkaRaftServer nodeId=13] Kafka Server started (kafka.server.KafkaRaftServer)'],
  ['ZooKeeper', '[KafkaServer id=13] started (kafka.server.KafkaServer)'],
])('Kafka has started with %s', (_, text) => {
  const log = `2026-01-01T00:00:01Z starting\n2026-01-01T00:00:09.250Z ${text}\n2026-01-01T00:00:10Z later`;
  expect(servingAt(log)).toBe(Date.parse('2026-01-01T00:00:09.250Z'));
});

test('an incomplete line is ignored', () => {
  expect(linesIn('2026-01-01T00:00:01Z one\n2026-01-').map(({ text }) => text)).toEqual(['one']);
  expect(stopIn({ agent: '2026-01-01T00:00:01Z {"level":"info","mess', kafka: '' }).reason).toBeUndefined();
});
