/* Registrations of brokers, from simulated controllers. */
import { registeredBrokers } from '../../../agent/kafka/broker-registrations';
import { INCREMENTAL_ALTER_CONFIGS, configValidations } from '../../support/config-validations';
import { KafkaRequestBody } from '../../support/kafka-bytes';
import { KafkaServer } from '../../support/kafka-server';

const [NOT_CONTROLLER, DENIED, POLICY_VIOLATION, NOT_REGISTERED] = [41, 31, 44, 102];

let servers: KafkaServer[] = [];
let requests: { name: string; isValidation: boolean }[];

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});
beforeEach(() => void (requests = []));

/** Starts a controller with the error code of each broker, and returns its address. */
async function controller(codeOf: (id: number) => number) {
  const answer = (request: KafkaRequestBody) =>
    configValidations(request, codeOf, (names, isValidation) => {
      requests.push(...names.map((name) => ({ name, isValidation })));
    });
  const server = await KafkaServer.start([{ key: INCREMENTAL_ALTER_CONFIGS, versions: [0, 99], answer }]);
  servers.push(server);
  return { host: '127.0.0.1', port: server.port };
}

const KNOWN = (id: number) => (id === 1002 ? NOT_REGISTERED : 0);
const IDS = [1001, 1002, 1003];

test('returns the registered brokers, and changes nothing', async () => {
  expect(await registeredBrokers([await controller(KNOWN)], IDS)).toEqual(new Set([1001, 1003]));
  expect(requests).toEqual(IDS.map((id) => ({ name: String(id), isValidation: true })));
});

test('controllers that are not active, or do not answer, do not count', async () => {
  const nowhere = { host: '127.0.0.1', port: (await controller(KNOWN)).port };
  await servers[0].stop();
  const follower = await controller(() => NOT_CONTROLLER);
  const active = await controller(KNOWN);
  expect(await registeredBrokers([nowhere, follower, active], IDS)).toEqual(new Set([1001, 1003]));
});

test('a policy that rejects the change has been asked about a registered broker', async () => {
  const codeOf = (id: number) => (id === 1002 ? NOT_REGISTERED : POLICY_VIOLATION);
  expect(await registeredBrokers([await controller(codeOf)], IDS)).toEqual(new Set([1001, 1003]));
});

test.each([
  ['none is active', NOT_CONTROLLER, ''],
  [
    'the principal lacks the right',
    DENIED,
    ' (make the principal of this pod a super user, or grant it AlterConfigs on the cluster)',
  ],
])('fails if %s: a broker is never taken for a new one', async (_, code, remedy) => {
  await expect(registeredBrokers([await controller(() => code)], IDS)).rejects.toThrow(
    `no controller tells which brokers are registered: 127.0.0.1: because${remedy}`,
  );
});
