import fc from 'fast-check';
import { MetadataState, isCurrentView } from '../../../agent/kafka/peer-brokers';
import { metadataLagReason } from '../../../agent/kafka/quorum-members';
import { QuorumView } from '../../../agent/kafka/quorum-view';
import { ViewParts, clusterOf, partition } from '../views';

const VIEW: ViewParts = { brokers: [1, 2], partitions: [partition('orders', 0, [1, 2])] };
const CONTROLLER: MetadataState = { zookeeper: 'controller' };
const ANY: MetadataState = { zookeeper: 'any' };

function quorum(...observers: [id: number, lagMs?: number][]): { quorum: QuorumView } {
  const members = observers.map(([id, lagMs]) => ({ id, lagMs, logEndOffset: 7 }));
  return { quorum: { leaderId: 101, voters: [{ id: 2, lagMs: 0, logEndOffset: 7 }], observers: members } };
}

test.each<[string, number, ViewParts, MetadataState, boolean]>([
  ['that has caught up with the controllers', 2, VIEW, quorum([2, 0]), true],
  ['with a lag at the limit', 2, VIEW, quorum([2, 10_000]), true],
  ['with a lag beyond the limit', 2, VIEW, quorum([2, 10_001]), false],
  ['that has never caught up', 2, VIEW, quorum([2, undefined]), false],
  ['that is not an observer', 2, VIEW, quorum([1, 0]), false],
  ['without controllers', 2, VIEW, { quorum: undefined }, false],
  ['that does not list itself', 3, VIEW, quorum([3, 0]), false],
  ['that shows no topics', 2, { brokers: [1, 2] }, quorum([2, 0]), false],
  ['that is the controller in ZooKeeper mode', 1, VIEW, CONTROLLER, true],
  ['that is not the controller in ZooKeeper mode', 2, VIEW, CONTROLLER, false],
  ['that is the controller and does not list itself', 1, { ...VIEW, brokers: [] }, CONTROLLER, false],
  ['that is the controller and shows no topics', 1, { brokers: [1, 2] }, CONTROLLER, false],
  ['that is the only one, and so the controller', 2, { ...VIEW, brokers: [2] }, CONTROLLER, true],
  ['that is any broker in ZooKeeper mode', 2, VIEW, ANY, true],
  ['that is any broker and does not list itself', 3, VIEW, ANY, false],
  ['that is any broker and shows no topics', 2, { brokers: [1, 2] }, ANY, false],
])('the view of a broker %s', (_, broker, view, metadata, isCurrent) => {
  expect(isCurrentView(broker, clusterOf(view), metadata)).toBe(isCurrent);
});

test('in KRaft mode a view is current exactly if it has the broker and topics, and the metadata does not lag', () => {
  const brokers = fc.subarray([1, 2]);
  const lag = fc.option(fc.nat(20_000), { nil: undefined });
  fc.assert(
    fc.property(brokers, fc.boolean(), fc.constantFrom(1, 2), lag, (ids, hasTopics, observer, lagMs) => {
      const view = clusterOf({ brokers: ids, partitions: hasTopics ? VIEW.partitions : [] });
      const metadata = quorum([observer, lagMs]);
      const expected = ids.includes(2) && hasTopics && metadataLagReason(2, metadata.quorum) === undefined;
      expect(isCurrentView(2, view, metadata)).toBe(expected);
    }),
  );
});

test('in ZooKeeper mode, the controller is never less current than any broker', () => {
  fc.assert(
    fc.property(fc.subarray([1, 2, 3]), fc.boolean(), fc.constantFrom(1, 2, 3), (ids, hasTopics, broker) => {
      const view = clusterOf({ brokers: ids, partitions: hasTopics ? VIEW.partitions : [] });
      expect(isCurrentView(broker, view, CONTROLLER) && !isCurrentView(broker, view, ANY)).toBe(false);
    }),
  );
});
