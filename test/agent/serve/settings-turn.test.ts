import { LeaseReading } from '../../../agent/restart/pre-stop-lease';
import { SettingsTurn } from '../../../agent/serve/settings-turn';

let leaseState: LeaseReading['leaseState'];
let isStopping: boolean;
let isReady: boolean;
let calls: string[];
let succeeds: boolean;

beforeEach(() => {
  leaseState = { kind: 'free' };
  [isStopping, isReady, succeeds] = [false, true, true];
  calls = [];
});

const turn = new SettingsTurn(
  {
    read: async () => ({ lease: {} as LeaseReading['lease'], leaseState }),
    acquire: async () => {
      calls.push('acquire');
      return succeeds;
    },
    release: async () => {
      calls.push('release');
      return succeeds;
    },
  },
  { isStopping: () => isStopping, isReady: () => isReady },
);

test('acquires a free lease, and keeps it', async () => {
  expect(await turn.acquire()).toBeUndefined();
  leaseState = { kind: 'held by us' };
  expect(await turn.acquire()).toBeUndefined();
  expect(calls).toEqual(['acquire']);
});

test.each<[string, LeaseReading['leaseState']]>([
  [
    'events-streams-1002 holds the stop lease',
    { kind: 'held by another', holder: 'events-streams-1002', unchangedMs: 0 },
  ],
  ['the holder of the stop lease is unknown: no answer', { kind: 'unknown', reason: 'no answer' }],
  [
    'this broker has not released the stop lease of its last stop yet',
    { kind: 'free', isHeldByPredecessor: true },
  ],
])('waits: %s', async (reason, state) => {
  leaseState = state;
  expect(await turn.acquire()).toBe(reason);
  expect(calls).toEqual([]);
});

test('a broker that stops or is not ready does not acquire it', async () => {
  isReady = false;
  expect(await turn.acquire()).toBe('this broker is not ready');
  isStopping = true;
  expect(await turn.acquire()).toBe('this broker is about to stop');
  expect(calls).toEqual([]);
});

test('releases the lease, and says if it has to try again', async () => {
  leaseState = { kind: 'held by us' };
  expect(await turn.release()).toBe(true);
  succeeds = false;
  expect(await turn.release()).toBe(false);
  leaseState = { kind: 'unknown', reason: 'no answer' };
  expect(await turn.release()).toBe(false);
  expect(calls).toEqual(['release', 'release']);
});

test('keeps the lease for a stop', async () => {
  leaseState = { kind: 'held by us' };
  isStopping = true;
  expect(await turn.release()).toBe(true);
  expect(calls).toEqual([]);
});
