import { incrementalAlterConfigsV1 } from '@platformatic/kafka';
import { reasonOf } from '../runtime/errors';
import { Address, KafkaSession, KafkaUnavailable } from './connection';

const DEADLINE_MS = 4_000;
const BROKER = 4 as const;
const DELETE = 1 as const;
const CLUSTER_AUTHORIZATION_FAILED = 31;
const POLICY_VIOLATION = 44;
const BROKER_ID_NOT_REGISTERED = 102;
/** A setting that every version has. Only its validation is requested. */
const SETTING = 'log.retention.ms';

/**
 * Returns those of some brokers that the quorum has registered. A registration outlives the broker and its disks: only
 * UnregisterBroker removes it. Brokers do not have to run: the request goes to the controllers, as the validation of a change of the
 * settings of each broker. Nothing is changed.
 *
 * @throws KafkaUnavailable if no controller answers for all brokers
 */
export async function registeredBrokers(
  controllers: readonly Address[],
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const failures: string[] = [];
  const answers = await Promise.all(
    controllers.map((address) =>
      KafkaSession.with(address, DEADLINE_MS, (session) => validate(session, ids)).catch((error: unknown) => {
        failures.push(reasonOf(error));
        return undefined;
      }),
    ),
  );
  const answer = answers.find((registered) => registered !== undefined);
  if (answer === undefined) {
    throw new KafkaUnavailable(
      `no controller tells which brokers are registered: ${failures.sort().join('; ')}`,
    );
  }
  return answer;
}

async function validate(session: KafkaSession, ids: readonly number[]): Promise<ReadonlySet<number>> {
  const resources = ids.map((id) => ({
    resourceType: BROKER,
    resourceName: String(id),
    configs: [{ name: SETTING, configOperation: DELETE }],
  }));
  const { responses } = await session.sendAllowingErrors(incrementalAlterConfigsV1.api, resources, true);
  // A policy of the user is asked about registered brokers only.
  const isAnswer = (code: number) => [0, POLICY_VIOLATION, BROKER_ID_NOT_REGISTERED].includes(code);
  const failed = responses.find(({ errorCode }) => !isAnswer(errorCode));
  if (failed !== undefined || responses.length !== ids.length) {
    throw new KafkaUnavailable(
      `${session.address.host}: ${failed?.errorMessage ?? `error code ${failed?.errorCode ?? 'missing'}`}` +
        (failed?.errorCode === CLUSTER_AUTHORIZATION_FAILED
          ? ' (make the principal of this pod a super user, or grant it AlterConfigs on the cluster)'
          : ''),
    );
  }
  return new Set(
    responses
      .filter(({ errorCode }) => errorCode !== BROKER_ID_NOT_REGISTERED)
      .map(({ resourceName }) => Number(resourceName)),
  );
}
