import fc from 'fast-check';
import { snapshotInLog } from '../../../../cli/topics/parse-snapshot';
import { Snapshot, snapshotLines } from '../../../../agent/topics/snapshot/snapshot';
import { partitionName } from '../../../../agent/kafka/partition-name';
import { planTopics } from '../../../../agent/topics/plan/plan-topics';
import { clusterOf, partition } from '../../views';
import { listOf } from '../fake-kubernetes';
import { inputOf, kafkaOf, worlds } from '../worlds';

const RUNS = { numRuns: 200 };

const snapshots = fc.record({
  world: worlds(),
  memory: fc.option(fc.base64String(), { nil: undefined }),
  isDecreaseAccepted: fc.boolean(),
  areSettingsHeld: fc.boolean(),
  bytes: fc.array(fc.option(fc.maxSafeNat())),
});

async function snapshotOf({
  world,
  bytes,
  ...rest
}: {
  world: Parameters<typeof kafkaOf>[0];
  memory?: string;
  isDecreaseAccepted: boolean;
  areSettingsHeld: boolean;
  bytes: readonly (number | null)[];
}) {
  const input = await inputOf(world, kafkaOf(world));
  const sizes = input.state.view.partitions.flatMap(({ topic, index }, at): [string, number][] => {
    const size = bytes.at(at) ?? null;
    return size === null ? [] : [[partitionName(topic, index), size]];
  });
  const snapshot: Snapshot = {
    clusterName: 'events',
    namespace: 'prod',
    sizes: new Map(sizes),
    takenAt: Date.parse('2026-03-01T12:00:00Z'),
    state: input.state,
    lists: [listOf(world.topics)],
    ...rest,
  };
  return { input, snapshot };
}

test('a plan with a snapshot equals the plan with the cluster', async () => {
  await fc.assert(
    fc.asyncProperty(snapshots, async (facts) => {
      const { input, snapshot } = await snapshotOf(facts);
      const found = snapshotInLog(snapshotLines(snapshot).join('\n'))!;
      expect(planTopics({ ...input, state: found.state })).toEqual(planTopics(input));
      expect({ ...found, state: undefined }).toEqual({ ...snapshot, state: undefined });
      expect(found.state.pods).toEqual(snapshot.state.pods);
    }),
    RUNS,
  );
});

test('running reassignments are part of a snapshot', () => {
  const view = { ...clusterOf({ partitions: [partition('a', 0, [1, 2])] }), moving: new Set(['a-0']) };
  const found = snapshotInLog(snapshotLines({ ...large, state: { ...large.state, view } }).join('\n'));
  expect(found?.state.view.moving).toEqual(new Set(['a-0']));
});

/** A snapshot of several lines. */
const large: Snapshot = {
  clusterName: 'events',
  namespace: 'prod',
  sizes: new Map(),
  takenAt: 0,
  state: { view: clusterOf({}), settings: new Map(), cordoned: new Set() },
  lists: [],
  // Hexadecimal numbers of squares do not become shorter.
  memory: Array.from({ length: 8_000 }, (_, index) => (index * index * 7_919).toString(36)).join(''),
  isDecreaseAccepted: false,
  areSettingsHeld: false,
};
const LINES = snapshotLines(large);

test('a snapshot has lines that container runtimes do not split', () => {
  expect(LINES.length).toBeGreaterThan(3);
  expect(Math.max(...LINES.map((line) => line.length))).toBeLessThan(16_384);
});

test('other log lines in between are ignored', () => {
  const noise = fc.array(
    fc.tuple(
      fc.nat(LINES.length),
      fc.constantFrom('{"level":"info"}', '', ' snapshot x', 'snapshots', 'Snapshot end'),
    ),
  );
  fc.assert(
    fc.property(noise, fc.constantFrom('\n', '\r\n'), fc.boolean(), (others, lineEnd, isTerminated) => {
      const lines = [...LINES];
      others.forEach(([at, line]) => lines.splice(at, 0, line));
      expect(snapshotInLog(lines.join(lineEnd) + (isTerminated ? lineEnd : ''))?.memory).toBe(large.memory);
    }),
    { numRuns: 50 },
  );
});

test('a truncated log has no snapshot, wherever it begins, ends or lacks a line', () => {
  const log = LINES.join('\n');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: log.length - 1 }), fc.boolean(), (at, isStart) => {
      expect(snapshotInLog(isStart ? log.slice(0, at) : log.slice(at))).toBeUndefined();
    }),
    { numRuns: 200 },
  );
  for (const missing of LINES.keys()) {
    expect(snapshotInLog(LINES.filter((_, index) => index !== missing).join('\n'))).toBeUndefined();
  }
});

test.each(['', '{"level":"info"}', 'snapshot end', 'snapshot \nsnapshot end', 'snapshot !\nsnapshot end'])(
  'log %j has no snapshot',
  (log) => {
    expect(snapshotInLog(log)).toBeUndefined();
  },
);

test('of several snapshots the last one counts, even after an incomplete one', () => {
  const later = snapshotLines({ ...large, memory: 'later' });
  expect(snapshotInLog([...LINES, ...later].join('\n'))?.memory).toBe('later');
});
