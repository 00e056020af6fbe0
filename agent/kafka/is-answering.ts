import { ResponseError, apiVersionsV4 } from '@platformatic/kafka';
import { Address, KafkaSession, KafkaUnavailable } from './connection';

const DEADLINE_MS = 2_000;

/**
 * True if a broker answers a request. An open port is not sufficient: the kernel accepts connections of a process that is
 * stuck. A broker that rejects the certificate of the agent has answered.
 */
export async function isAnswering(broker: Address): Promise<boolean> {
  try {
    await KafkaSession.with(broker, DEADLINE_MS, (session) =>
      session.send(apiVersionsV4.api, 'cdk8s-kafka', '1'),
    );
    return true;
  } catch (error) {
    return error instanceof ResponseError || (error instanceof KafkaUnavailable && error.isTlsRejection);
  }
}
