import { Ledger } from './program/ledger';

test('a second contains the longest latency of each broker', () => {
  const ledger = new Ledger();
  ledger.acknowledge('plain-1', 0, 9, 1000, 1040, 11);
  ledger.acknowledge('plain-1', 10, 19, 1000, 1700, 12);
  ledger.acknowledge('plain-1', 20, 29, 1100, 1110, 11);
  ledger.acknowledge('transactional-1', 0, 9, 1000, 5000);
  expect(ledger.turn(6000).brokersMs).toEqual({ 11: 40, 12: 700 });
  expect(ledger.turn(7000).brokersMs).toEqual({});
});
