import { describeConfigsV4, incrementalAlterConfigsV1 } from '@platformatic/kafka';
import { Address, KafkaSession, KafkaUnavailable } from './connection';

const DEADLINE_MS = 15_000;
const BROKER = 4;
const SET = 0;
const DELETE = 1;

/** One setting, as Kafka describes it. */
export interface DescribedSetting {
  readonly name: string;
  /** Absent where there is none, or it is a secret. */
  readonly value?: string;
  readonly isReadOnly: boolean;
  /** Values of all places and names that count for it, the one that holds first. */
  readonly synonyms: readonly { readonly name: string; readonly value?: string; readonly source: number }[];
}

/** A value to set, or, without one, to take away. */
export interface SettingAlteration {
  readonly name: string;
  readonly value?: string;
}

/** Codes by which Kafka says that it does not want these values: INVALID_CONFIG, INVALID_REQUEST, POLICY_VIOLATION. */
const REJECTION_CODES = [40, 42, 44];

/**
 * All settings of a broker.
 *
 * @param address of that broker: no other one knows
 * @throws ResponseError or KafkaUnavailable
 */
export async function describeBrokerSettings(address: Address, brokerId: number): Promise<DescribedSetting[]> {
  const { results } = await KafkaSession.with(address, DEADLINE_MS, (session) =>
    session.send(
      describeConfigsV4.api,
      [
        {
          resourceType: BROKER,
          resourceName: String(brokerId),
          configurationKeys: null as unknown as string[],
        },
      ],
      true,
      false,
    ),
  );
  return results.flatMap(({ configs }) =>
    configs.map(({ name, value, readOnly, synonyms }) => ({
      name,
      value: value ?? undefined,
      isReadOnly: readOnly,
      synonyms: synonyms.map((synonym) => ({ ...synonym, value: synonym.value ?? undefined })),
    })),
  );
}

/**
 * Changes settings of one broker, or of all: all of them or none.
 *
 * @param address of that broker: no other one may do it
 * @param brokerId undefined for all brokers
 * @returns why Kafka refuses them; undefined when it has taken them
 * @throws ResponseError or KafkaUnavailable
 */
export async function alterBrokerSettings(
  address: Address,
  brokerId: number | undefined,
  alterations: readonly SettingAlteration[],
): Promise<string | undefined> {
  const configs = alterations.map(({ name, value }) =>
    value === undefined
      ? ({ name, configOperation: DELETE } as const)
      : ({ name, configOperation: SET, value } as const),
  );
  const resourceName = brokerId === undefined ? '' : String(brokerId);
  const { responses } = await KafkaSession.with(address, DEADLINE_MS, (session) =>
    session.sendAllowingErrors(
      incrementalAlterConfigsV1.api,
      [{ resourceType: BROKER, resourceName, configs }],
      false,
    ),
  );
  const failed = responses.find(({ errorCode }) => errorCode !== 0);
  if (failed === undefined) {
    return undefined;
  }
  const reason = failed.errorMessage ?? `Kafka answers with error code ${failed.errorCode}`;
  if (!REJECTION_CODES.includes(failed.errorCode)) {
    throw new KafkaUnavailable(`${address.host}:${address.port}: ${reason}`);
  }
  return reason;
}
