import { isCurrentView } from '../../../agent/kafka/current-view';
import { QuorumView } from '../../../agent/kafka/quorum-view';
import { ViewParts, clusterOf, partition } from '../views';

const VIEW: ViewParts = { brokers: [1, 2], partitions: [partition('orders', 0, [1, 2])] };

function quorum(...observers: [id: number, behindMs?: number][]): { quorum: QuorumView } {
  const members = observers.map(([id, behindMs]) => ({ id, behindMs, logEndOffset: 7 }));
  return { quorum: { leaderId: 101, voters: [{ id: 2, lagMs: 0, logEndOffset: 7 }], observers: members } };
}

test.each<[string, number, ViewParts, Parameters<typeof isCurrentView>[2], boolean]>([
  ['level with the controllers', 2, VIEW, quorum([2, 0]), true],
  ['level a moment ago', 2, VIEW, quorum([2, 10_000]), true],
  ['level too long ago', 2, VIEW, quorum([2, 10_001]), false],
  ['never level', 2, VIEW, quorum([2, undefined]), false],
  ['unknown to the controllers', 2, VIEW, quorum([1, 0]), false],
  ['without controllers', 2, VIEW, { quorum: undefined }, false],
  ['that does not list itself', 3, VIEW, quorum([3, 0]), false],
  ['that shows no topics', 2, { brokers: [1, 2] }, quorum([2, 0]), false],
  ['that is the controller of ZooKeeper', 1, VIEW, 'zookeeper', true],
  ['that is not the controller of ZooKeeper', 2, VIEW, 'zookeeper', false],
  ['that is the controller and does not list itself', 1, { ...VIEW, brokers: [] }, 'zookeeper', false],
  ['that is the controller and shows no topics', 1, { brokers: [1, 2] }, 'zookeeper', false],
  ['that is the only one, and so the controller', 2, { ...VIEW, brokers: [2] }, 'zookeeper', true],
])('a broker %s', (_, broker, view, metadata, current) => {
  expect(isCurrentView(broker, clusterOf(view), metadata)).toBe(current);
});
