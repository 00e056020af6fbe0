import { incrementalAlterConfigsV1 } from '@platformatic/kafka';
import { Address, KafkaSession } from './connection';

const DEADLINE_MS = 15_000;
const BROKER = 4;
const DELETE = 1;

/**
 * Makes a broker read all its key stores and trust stores again that have changed. Any change of its own settings does;
 * this one leaves nothing behind. An answer without an error says nothing: Kafka reads later, and may then refuse.
 *
 * @param address of that broker: no other one may do it
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
