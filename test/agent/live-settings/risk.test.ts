import fc from 'fast-check';
import { riskOf } from '../../../agent/live-settings/risk';

test.each([
  ['log.retention.ms', '604800000', '3600000', 'deletes older records'],
  ['log.retention.ms', '-1', '604800000', 'deletes older records'],
  ['log.retention.ms', '604800000', undefined, 'deletes older records'],
  ['log.retention.bytes', '-1', '1000', 'deletes older records'],
  ['log.cleanup.policy', 'compact', 'delete', 'deletes records by another policy'],
  ['log.cleanup.policy', 'delete', 'compact,delete', 'deletes records by another policy'],
  ['log.cleaner.delete.retention.ms', '86400000', '1000', 'compacts records earlier'],
  ['min.insync.replicas', '2', '1', 'acknowledges records with fewer copies'],
  ['unclean.leader.election.enable', 'false', 'TRUE', 'lets a replica without all records become the leader'],
])('%s from %s to %s is a risk', (name, from, to, reason) => {
  expect(riskOf({ name, from, to })).toBe(reason);
});

test.each([
  ['log.retention.ms', '3600000', '604800000'],
  ['log.retention.ms', '604800000', '-1'],
  ['log.retention.bytes', '1000', ' 1000 '],
  ['log.cleanup.policy', 'compact, delete', 'delete,compact'],
  ['min.insync.replicas', '1', '2'],
  ['unclean.leader.election.enable', 'true', 'false'],
  ['unclean.leader.election.enable', undefined, 'false'],
  ['num.io.threads', '8', '1'],
])('%s from %s to %s is none', (name, from, to) => {
  expect(riskOf({ name, from, to })).toBeUndefined();
});

test('of two different limits, one direction is a risk', () => {
  const limit = fc.integer({ min: -1, max: 1_000_000 });
  fc.assert(
    fc.property(limit, limit, (one, other) => {
      const risks = [
        riskOf({ name: 'log.retention.ms', from: String(one), to: String(other) }),
        riskOf({ name: 'log.retention.ms', from: String(other), to: String(one) }),
      ];
      expect(risks.filter(Boolean)).toHaveLength(one === other ? 0 : 1);
    }),
  );
});
