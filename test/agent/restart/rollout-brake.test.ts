import { RolloutBrake } from '../../../agent/restart/rollout-brake';
import { problems } from '../../../agent/runtime/problems';

const READY = { ready: true, reason: 'in sync' };
const BEHIND = { ready: false, reason: 'behind' };
const OBSTACLE = 'without broker 2 too few replicas would be in the ISR of a-0 (1 of 2)';

let now: number;
let obstacle: string | undefined;
let looks: number;
let events: string[];
let brake: RolloutBrake;

beforeEach(() => {
  [now, obstacle, looks, events] = [0, OBSTACLE, 0, []];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  brake = new RolloutBrake(
    async () => {
      looks++;
      return obstacle;
    },
    async (reason) => void events.push(reason),
  );
});
afterEach(() => {
  jest.restoreAllMocks();
  problems.clear('rollout-paused');
});

test('a server that has restarted is not ready until the next one may stop', async () => {
  brake.onServerDown();
  expect(await brake.apply(READY)).toMatchObject({ ready: false, reason: expect.stringContaining(OBSTACLE) });
  expect([events, Object.keys(problems.current)]).toEqual([['RolloutPaused'], ['rollout-paused']]);
  obstacle = undefined;
  now += 5_000;
  expect(await brake.apply(READY)).toBe(READY);
  expect(problems.current).toEqual({});
});

test('a server that has been ready stays ready', async () => {
  brake.onServerDown();
  obstacle = undefined;
  await brake.apply(READY);
  obstacle = OBSTACLE;
  now += 60_000;
  expect(await brake.apply(READY)).toBe(READY);
});

test('a new agent of a server that runs does not look', async () => {
  expect(await brake.apply(READY)).toBe(READY);
  expect(looks).toBe(0);
});

test('a server that is not in sync is not ready for its own reason', async () => {
  brake.onServerDown();
  expect(await brake.apply(BEHIND)).toBe(BEHIND);
  expect(looks).toBe(0);
});

test('looks every five seconds', async () => {
  brake.onServerDown();
  for (; now < 20_000; now += 1_000) await brake.apply(READY);
  expect(looks).toBe(4);
});

test('a failed look is an obstacle', async () => {
  brake = new RolloutBrake(
    async () => {
      throw new Error('no answer');
    },
    async () => undefined,
  );
  brake.onServerDown();
  expect(await brake.apply(READY)).toMatchObject({
    ready: false,
    reason: expect.stringContaining('no answer'),
  });
});
