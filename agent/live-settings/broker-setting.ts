/*
 * What Kafka says of its own settings, put the way that a plan needs it.
 */
import { SETTING_SYNONYMS } from '../../lib/seam/agent-config';
import { DescribedSetting } from '../kafka/broker-settings';
import { inMilliseconds } from './values';

/** Where a value comes from, in the order in which Kafka looks. Codes of DescribeConfigs. */
export const SOURCE = { broker: 2, cluster: 3, file: 4, default: 5 } as const;

/** A setting that can change, as a broker has it. */
export interface BrokerSetting {
  readonly name: string;
  /** What holds; undefined where Kafka has no value. */
  readonly effectiveValue?: string;
  /** What was set for this broker while it ran. */
  readonly dynamicValue?: string;
  /** Whether agents set that. */
  readonly isManaged: boolean;
  /** Whether the broker has been started with a value. */
  readonly hasStaticValue: boolean;
  /** What would hold without `own`. */
  readonly inheritedValue?: string;
  /** What would hold without `own`, had the broker been started without a value. */
  readonly defaultValue?: string;
}

/**
 * Beside each value that agents set stands a setting of this name, set and deleted by the same requests. That tells theirs
 * from those of people, and lasts exactly as long: Kafka keeps what it does not know, and hides only the value.
 */
export function managedMarker(name: string): string {
  return `${MARK}${name}`;
}

const MARK = 'cdk8s-kafka.live.';

/** The settings that a broker can change, by name. */
export function brokerSettings(described: readonly DescribedSetting[]): Map<string, BrokerSetting> {
  const all = new Map(described.map((setting) => [setting.name, setting]));
  const marked = [...all.keys()]
    .filter((name) => name.startsWith(MARK))
    .map((name) => name.slice(MARK.length));
  const changeable = described
    .filter(({ name, isReadOnly }) => !isReadOnly && !name.startsWith(MARK))
    .map(({ name }) => name);
  const names = new Set([...changeable, ...marked]);
  return new Map([...names].map((name) => [name, settingOf(name, all)]));
}

function settingOf(name: string, all: ReadonlyMap<string, DescribedSetting>): BrokerSetting {
  const names = [name, ...(SETTING_SYNONYMS[name] ?? [])];
  // In the order in which Kafka looks. It lists other units with the first one only where that has a value.
  const values = names
    .flatMap((other) => all.get(other)?.synonyms ?? [])
    .filter(({ name: other }) => names.includes(other))
    .map((synonym) => ({
      source: synonym.source,
      value: synonym.value === undefined ? undefined : inMilliseconds(synonym.name, synonym.value),
    }));
  const first = (sources: readonly number[]) => values.find(({ source }) => sources.includes(source))?.value;
  const beneath = first([SOURCE.cluster, SOURCE.file, SOURCE.default]);
  return {
    name,
    effectiveValue: all.get(name)?.value ?? beneath,
    dynamicValue: first([SOURCE.broker]),
    isManaged: all.has(managedMarker(name)),
    hasStaticValue: first([SOURCE.file]) !== undefined,
    inheritedValue: beneath,
    defaultValue: first([SOURCE.cluster, SOURCE.default]),
  };
}
