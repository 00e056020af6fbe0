import { Backlog, Batch } from './program/backlog';

const batch = (first: number, partition = 0, deadlineMs = 5000): Batch => ({
  topic: 'orders',
  partition,
  first,
  count: 10,
  dueMs: 0,
  deadlineMs,
});
const leader = () => 1;
const idle = () => false;

test('a partition has one batch in flight, and the others wait in order', () => {
  const backlog = new Backlog(100);
  const [first, second] = [batch(0), batch(10)];
  backlog.add(first);
  backlog.add(second);
  expect(backlog.take(leader, idle, 0)).toEqual(new Map([[1, [first]]]));
  expect(backlog.take(leader, idle, 0)).toEqual(new Map());
  expect(backlog.remove(first)).toBe(true);
  expect(backlog.take(leader, idle, 0)).toEqual(new Map([[1, [second]]]));
});

test('partitions of one leader share a request', () => {
  const backlog = new Backlog(100);
  const batches = [batch(0, 0), batch(10, 1)];
  batches.forEach((each) => backlog.add(each));
  expect(backlog.take(leader, idle, 0)).toEqual(new Map([[1, batches]]));
});

test('nothing is sent to a busy leader or without a leader', () => {
  const backlog = new Backlog(100);
  backlog.add(batch(0));
  expect(backlog.take(leader, () => true, 0).size).toBe(0);
  expect(backlog.take(() => undefined, idle, 0).size).toBe(0);
  expect(backlog.take(leader, idle, 0).size).toBe(1);
});

test('a returned batch is sent again before later ones', () => {
  const backlog = new Backlog(100);
  const first = batch(0);
  backlog.add(first);
  backlog.add(batch(10));
  backlog.take(leader, idle, 0);
  backlog.putBack(first, 'NOT_LEADER_OR_FOLLOWER', 1000);
  expect(backlog.take(leader, idle, 1099).size).toBe(0);
  expect(backlog.take(leader, idle, 1100)).toEqual(new Map([[1, [first]]]));
});

test('a batch that is not acknowledged in time fails with the last reason', () => {
  const backlog = new Backlog(100);
  const [late, unsent, unanswered] = [batch(0, 0), batch(10, 1), batch(20, 2)];
  [late, unsent, unanswered].forEach((each) => backlog.add(each));
  backlog.take(leader, idle, 0);
  backlog.putBack(late, 'NOT_ENOUGH_REPLICAS', 10);
  backlog.putBack(unsent, 'connect ECONNREFUSED', 10);
  expect(backlog.expire(4999)).toEqual([]);
  expect(backlog.expire(5000)).toEqual([
    { batch: late, reason: 'NOT_ENOUGH_REPLICAS' },
    { batch: unsent, reason: 'connect ECONNREFUSED' },
    { batch: unanswered, reason: 'no response' },
  ]);
  expect(backlog.isEmpty).toBe(true);
});

test('a late acknowledgement is not a success', () => {
  const backlog = new Backlog(100);
  const only = batch(0);
  backlog.add(only);
  backlog.take(leader, idle, 0);
  backlog.expire(5000);
  expect(backlog.remove(only)).toBe(false);
});
