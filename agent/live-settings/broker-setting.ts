/*
 * Settings of a broker as DescribeConfigs returns them, in the form that a plan needs.
 */
import { SETTING_SYNONYMS } from '../../lib/seam/agent-config';
import { DescribedSetting } from '../kafka/broker-settings';
import { inMilliseconds } from './values';

/** Sources of a value in the order of precedence. Codes of DescribeConfigs. */
export const SOURCE = { broker: 2, cluster: 3, file: 4, default: 5 } as const;

/** A dynamic setting of a broker. */
export interface BrokerSetting {
  readonly name: string;
  /** Value in effect; undefined if Kafka has no value. */
  readonly effectiveValue?: string;
  /** Dynamic value of this broker. */
  readonly dynamicValue?: string;
  /** True if agents have set the dynamic value. */
  readonly isManaged: boolean;
  /** True if server.properties contains a value. */
  readonly hasStaticValue: boolean;
  /** Dynamic value of the cluster. */
  readonly clusterValue?: string;
  /** Value without `dynamicValue`. */
  readonly inheritedValue?: string;
  /** Value without `dynamicValue` and without a value in server.properties. */
  readonly defaultValue?: string;
}

/**
 * Name of the marker of a setting. Agents set and delete the marker together with the value, which distinguishes their
 * values from those of people. Kafka keeps unknown settings and hides only their value.
 */
export function managedMarker(name: string): string {
  return `${MARKER_PREFIX}${name}`;
}

const MARKER_PREFIX = 'cdk8s-kafka.live.';

/** Dynamic settings of a broker, by name. */
export function brokerSettings(described: readonly DescribedSetting[]): Map<string, BrokerSetting> {
  const all = new Map(described.map((setting) => [setting.name, setting]));
  const marked = [...all.keys()]
    .filter((name) => name.startsWith(MARKER_PREFIX))
    .map((name) => name.slice(MARKER_PREFIX.length));
  const changeable = described
    .filter(({ name, isReadOnly }) => !isReadOnly && !name.startsWith(MARKER_PREFIX))
    .map(({ name }) => name);
  const names = new Set([...changeable, ...marked]);
  return new Map([...names].map((name) => [name, settingOf(name, all)]));
}

function settingOf(name: string, all: ReadonlyMap<string, DescribedSetting>): BrokerSetting {
  const names = [name, ...(SETTING_SYNONYMS[name] ?? [])];
  // In the order of precedence. Kafka lists the values of other units with the first unit only if that has a value.
  const values = names
    .flatMap((other) => all.get(other)?.synonyms ?? [])
    .filter(({ name: other }) => names.includes(other))
    .map((synonym) => ({
      source: synonym.source,
      value: synonym.value === undefined ? undefined : inMilliseconds(synonym.name, synonym.value),
    }));
  const first = (sources: readonly number[]) => values.find(({ source }) => sources.includes(source))?.value;
  const inheritedValue = first([SOURCE.cluster, SOURCE.file, SOURCE.default]);
  return {
    name,
    effectiveValue: all.get(name)?.value ?? inheritedValue,
    dynamicValue: first([SOURCE.broker]),
    isManaged: all.has(managedMarker(name)),
    hasStaticValue: first([SOURCE.file]) !== undefined,
    clusterValue: first([SOURCE.cluster]),
    inheritedValue,
    defaultValue: first([SOURCE.cluster, SOURCE.default]),
  };
}
