/* Secrets of declared clients. */
import { newCluster, newMap } from '../../support/cases';
import { NO_LABELS, noLabel } from '../../support/messages';
import { collectWarnings, messageOf, newChart, synth, validationFailure } from '../../support/testing';

beforeEach(() => void collectWarnings());
afterEach(() => void jest.restoreAllMocks());

test('clientSecretName accepts a client that is declared later', () => {
  const chart = newChart();
  const cluster = newCluster(chart);
  newMap(cluster);
  cluster.clientSecretName('shop');
  cluster.addClient({ clientName: 'shop' });

  expect(() => synth(chart)).not.toThrow();
});

test.each([
  [[], '(none)'],
  [[{ clientName: 'shop' }], 'shop'],
])('fails when clientSecretName has the name of an undeclared client (%j)', (clients, declared) => {
  const chart = newChart();
  const cluster = newCluster(chart, { clients });
  newMap(cluster);
  cluster.clientSecretName('shops');

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure([
      'test/Kafka',
      "clientSecretName('shops') of cluster 'events' names a client that is not declared, so nothing writes its Secret; add " +
        `{ clientName: 'shops' } to clients, or name one of: ${declared}`,
    ]),
  );
});

test.each(NO_LABELS)("fails when clientSecretName has the name '%s'", (name) => {
  const cluster = newCluster(newChart());

  expect(messageOf(() => cluster.clientSecretName(name))).toBe(noLabel('clientName', name));
});
