import { describeConfigsV4, incrementalAlterConfigsV1 } from '@platformatic/kafka';
import { Address, KafkaSession, KafkaUnavailable } from './connection';

const DEADLINE_MS = 15_000;
const BROKER = 4;
const SET = 0;
const DELETE = 1;

/** A setting, as DescribeConfigs returns it. */
export interface DescribedSetting {
  readonly name: string;
  /** Absent if the setting has no value, or the value is sensitive. */
  readonly value?: string;
  readonly isReadOnly: boolean;
  /** Values from all sources and synonyms, in order of precedence. */
  readonly synonyms: readonly { readonly name: string; readonly value?: string; readonly source: number }[];
}

/** A change of a setting: sets the value, or deletes it if the value is absent. */
export interface SettingAlteration {
  readonly name: string;
  readonly value?: string;
}

/** Error codes for rejected values: INVALID_CONFIG, INVALID_REQUEST, POLICY_VIOLATION. */
const REJECTION_CODES = [40, 42, 44];

/**
 * Describes all settings of a broker.
 *
 * @param address of that broker; other brokers do not know its settings
 * @throws ResponseError or KafkaUnavailable
 */
export async function describeBrokerSettings(
  address: Address,
  brokerId: number,
): Promise<DescribedSetting[]> {
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
 * Changes settings of one broker, or the cluster-wide defaults. Kafka applies either all changes or none.
 *
 * @param address of that broker; other brokers cannot change its settings
 * @param brokerId undefined for the cluster-wide defaults
 * @returns the reason why Kafka rejected the values; undefined if it accepted them
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
  const reason = failed.errorMessage ?? `error code ${failed.errorCode}`;
  if (!REJECTION_CODES.includes(failed.errorCode)) {
    throw new KafkaUnavailable(`${address.host}:${address.port} did not change the settings: ${reason}`);
  }
  return reason;
}
