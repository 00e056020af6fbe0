import { AbortedTransactions } from './program/aborted';

const TRANSACTIONAL = 0b10000;
const CONTROL = 0b110000;
const batch = (firstOffset: bigint, producerId: bigint, attributes = TRANSACTIONAL) => ({
  firstOffset,
  producerId,
  attributes,
  records: [],
});
const marker = (firstOffset: bigint, producerId: bigint, type: number) => ({
  ...batch(firstOffset, producerId, CONTROL),
  records: [{ key: Buffer.from([0, 0, 0, type]) }],
});

test('records of an aborted transaction are ignored up to its marker', () => {
  const transactions = new AbortedTransactions();
  transactions.announce([{ producerId: 7n, firstOffset: 10n }]);
  const log = [
    batch(0n, 7n),
    marker(5n, 7n, 1),
    batch(10n, 7n),
    batch(15n, 8n),
    batch(20n, 7n),
    marker(25n, 7n, 0),
    batch(30n, 7n),
  ];
  expect(log.map((each) => transactions.admits(each))).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
    true,
  ]);
});

test('records without a transaction are never ignored', () => {
  const transactions = new AbortedTransactions();
  transactions.announce([{ producerId: 7n, firstOffset: 0n }]);
  expect(transactions.admits(batch(0n, 7n, 0))).toBe(true);
});
