import { restartsIn } from './durations';
import { SyncSecond } from './recording';
import { recording, sample } from './samples';

const IDS = new Map([['rolls-left-13', 13]]);

const second = (time: number, behind: number, missed: number): SyncSecond => ({
  time,
  short: 0,
  leaderless: 0,
  diskMs: 0,
  cpuWait: 0,
  brokers: { 13: { behind, missed } },
});

const at = (time: number) => new Date(time).toISOString();
const agent = (time: number, message: string, fields: object = {}) =>
  `${at(time)} ${JSON.stringify({ time: at(time), level: 'info', message, ...fields })}\n`;

const SERVER_LOGS = {
  pod: 'rolls-left-13',
  uid: 'a',
  agent:
    agent(10_100, 'preStop called: checking if the server may stop') +
    agent(12_000, 'the server may stop', {
      reason: 'all 12 partitions have enough other replicas in sync',
      waitedSeconds: 2,
    }),
  kafka:
    `${at(12_100)} [2026-01-01 00:00:12,100] INFO Terminating process due to signal SIGTERM (Handler)\n` +
    `${at(15_100)} [2026-01-01 00:00:15,100] INFO [BrokerServer id=13] shut down completed (BrokerServer)\n`,
};

const SAMPLES = [
  sample(0, { isReady: true, startedAt: 0 }),
  sample(10_000, { isReady: true, isDeleting: true, startedAt: 0 }),
  sample(16_000, { isGone: true, isDeleting: true, endedAt: 15_000 }),
  sample(17_000, { uid: 'b' }),
  sample(19_500, { uid: 'b', startedAt: 19_000 }),
  sample(33_000, { uid: 'b', startedAt: 19_000, isReady: true }),
];

// In sync with its preferred leaders until it stops, and ready before it leads again.
const SECONDS = [second(9_000, 0, 0), second(16_000, 6, 2), second(33_000, 0, 2), second(35_000, 0, 0)];

test("parts of a restart, with Kafka's own", () => {
  const starts = [{ pod: 'rolls-left-13', uid: 'b', servingAt: 31_000 }];
  const { restarts, unfinished } = restartsIn(
    recording({ samples: SAMPLES, seconds: SECONDS, serverLogs: [SERVER_LOGS], starts }),
    IDS,
  );
  expect(unfinished).toEqual([]);
  expect(restarts).toEqual([
    { pod: 'rolls-left-13', total: 25, delayed: 2, shutdown: 3, start: 12, rest: 10 },
  ]);
});

test("without logs, Kafka's own time is unknown", () => {
  const { restarts } = restartsIn(recording({ samples: SAMPLES, seconds: SECONDS }), IDS);
  expect(restarts).toEqual([
    {
      pod: 'rolls-left-13',
      total: 25,
      delayed: undefined,
      shutdown: undefined,
      start: undefined,
      rest: undefined,
    },
  ]);
});

test.each([
  ['it did not become ready', SAMPLES.slice(0, -1), SECONDS, 'no successor became ready'],
  [
    'other brokers lead its preferred partitions',
    SAMPLES,
    SECONDS.slice(0, -1),
    'it does not lead its preferred partitions',
  ],
])('a restart is unfinished when %s', (_, samples, seconds, what) => {
  expect(restartsIn(recording({ samples, seconds }), IDS)).toEqual({
    restarts: [],
    unfinished: [{ pod: 'rolls-left-13', what }],
  });
});
