import { incrementalAlterConfigsV1 } from '@platformatic/kafka';
import { Address, KafkaSession } from './connection';

const DEADLINE_MS = 15_000;
const BROKER = 4;
const DELETE = 1;

/**
 * Makes a broker reload its keystores and truststores that have changed. Any change of a setting of the broker has this
 * effect; this one leaves no setting behind. A response without an error does not prove success: Kafka reloads later,
 * and may then reject the files.
 *
 * @param address of that broker; other brokers cannot change its settings
 * @throws ResponseError or KafkaUnavailable
 */
export async function reloadStores(address: Address, brokerId: number, listener: string): Promise<void> {
  const name = `listener.name.${listener.toLowerCase()}.ssl.keystore.location`;
  await KafkaSession.with(address, DEADLINE_MS, (session) =>
    session.send(
      incrementalAlterConfigsV1.api,
      [
        {
          resourceType: BROKER,
          resourceName: String(brokerId),
          configs: [{ name, configOperation: DELETE }],
        },
      ],
      false,
    ),
  );
}
