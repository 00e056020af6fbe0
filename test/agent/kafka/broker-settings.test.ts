import { alterBrokerSettings } from '../../../agent/kafka/broker-settings';
import { KafkaUnavailable } from '../../../agent/kafka/connection';
import { FakeBroker } from './fake-broker';

let broker: FakeBroker;

beforeEach(async () => void (broker = await FakeBroker.start()));
afterEach(() => broker.stop());

const address = () => ({ host: '127.0.0.1', port: broker.port });
const BROKER = 4;
const [SET, DELETE] = [0, 1];

test.each([
  ['a value is set for one broker', 1001, '9', { resourceName: '1001', operation: SET }],
  ['a value is deleted from one broker', 1001, undefined, { resourceName: '1001', operation: DELETE }],
  ['a value is set as the cluster-wide default', undefined, '9', { resourceName: '', operation: SET }],
  ['an empty value is set, not deleted', 1001, '', { resourceName: '1001', operation: SET }],
])('%s', async (_, id, value, expected) => {
  const rejection = await alterBrokerSettings(address(), id, [{ name: 'num.io.threads', value }]);

  expect(rejection).toBeUndefined();
  expect(broker.alterations).toEqual([{ resourceType: BROKER, setting: 'num.io.threads', ...expected }]);
});

test.each([40, 42, 44])('error code %i rejects the value, with the reason of Kafka', async (code) => {
  broker.alterationCode = code;

  await expect(alterBrokerSettings(address(), 1001, [{ name: 'num.io.threads', value: '9' }])).resolves.toBe(
    'because',
  );
});

test.each([7, 31, 41])('error code %i is a failed request, not a rejected value', async (code) => {
  broker.alterationCode = code;

  await expect(
    alterBrokerSettings(address(), 1001, [{ name: 'num.io.threads', value: '9' }]),
  ).rejects.toThrow(KafkaUnavailable);
});
