/*
 * Changes that bring the settings of a running broker in line with its ConfigMap and leave all other settings unchanged.
 */
import { SETTING_SYNONYMS } from '../../lib/seam/agent-config';
import { BrokerSetting } from './broker-setting';
import { isSameValue } from '../text/same-value';
import { inMilliseconds, stepTowards } from './values';

/** Desired values by setting; null for settings that are not defined. */
export type DesiredSettings = Readonly<Record<string, string | null>>;

/** Converts settings to the units that Kafka can change while it runs. */
export function toDynamicUnits(desired: DesiredSettings): DesiredSettings {
  const converted = { ...desired };
  for (const [name, others] of Object.entries(SETTING_SYNONYMS)) {
    const given = [name, ...others].find((other) => (desired[other] ?? null) !== null);
    if (name in desired && given !== undefined) {
      converted[name] = inMilliseconds(given, desired[given]!);
    }
  }
  return converted;
}

/** A dynamic value to set, or to delete if `value` is absent. */
export interface SettingChange {
  readonly name: string;
  readonly value?: string;
  /** Value in effect before the change. */
  readonly from?: string;
  /** Value in effect after the change. */
  readonly to?: string;
}

/** Next changes, and settings that do not have their desired values. */
export interface SettingsPlan {
  readonly changes: readonly SettingChange[];
  readonly pending: readonly string[];
}

/**
 * Plans the changes of one broker. A dynamic value exists only while server.properties has another value: after the next
 * start both are equal, and the dynamic value is deleted.
 *
 * A setting that is no longer defined returns to the default of Kafka if the broker was started with it or agents have set
 * it. Dynamic values that people have set stay.
 */
export function planBroker(
  desired: DesiredSettings,
  settings: ReadonlyMap<string, BrokerSetting>,
): SettingsPlan {
  const changes: SettingChange[] = [];
  const pending: string[] = [];
  for (const setting of settings.values()) {
    const target = targetOf(setting, desired);
    if (target === undefined && !setting.isManaged) {
      continue;
    }
    changes.push(...changesTo(target, setting));
    if (!isSameValue(setting.effectiveValue, target)) {
      pending.push(setting.name);
    }
  }
  return { changes: sorted(changes), pending: pending.sort() };
}

/** Desired value; undefined if agents do not manage the setting or Kafka has no default. */
function targetOf(setting: BrokerSetting, desired: DesiredSettings): string | undefined {
  const value = desired[setting.name];
  if (value === undefined) {
    // Agents managed the setting before, and now it is a restart setting: the value of server.properties applies.
    return setting.isManaged ? setting.inheritedValue : undefined;
  }
  const isRemoved = setting.isManaged || (setting.hasStaticValue && setting.dynamicValue === undefined);
  return value ?? (isRemoved ? setting.defaultValue : undefined);
}

function changesTo(target: string | undefined, setting: BrokerSetting): SettingChange[] {
  const { name, dynamicValue, isManaged, inheritedValue, effectiveValue: from } = setting;
  const next = target === undefined ? undefined : stepTowards(name, from, target);
  if (next === undefined || (next === target && isSameValue(inheritedValue, target))) {
    return dynamicValue !== undefined || isManaged ? [{ name, from, to: inheritedValue }] : [];
  }
  return isManaged && isSameValue(dynamicValue, next) ? [] : [{ name, value: next, from, to: next }];
}

/**
 * Plans the changes of cluster-wide settings, and deletes dynamic values of this broker that override them. The
 * cluster-wide value stays after restarts: brokers that were started with another value use it.
 */
export function planCluster(
  desired: DesiredSettings,
  settings: ReadonlyMap<string, BrokerSetting>,
): {
  readonly cluster: readonly SettingChange[];
  readonly broker: readonly SettingChange[];
  readonly pending: readonly string[];
} {
  const known = [...settings.values()].flatMap((setting) => {
    const value = desired[setting.name] ?? undefined;
    return value === undefined ? [] : [{ ...setting, value }];
  });
  return {
    cluster: sorted(
      known
        .filter(({ inheritedValue, value }) => !isSameValue(inheritedValue, value))
        .map(({ name, value, inheritedValue }) => ({ name, value, from: inheritedValue, to: value })),
    ),
    broker: sorted(
      known
        .filter(({ dynamicValue }) => dynamicValue !== undefined)
        .map(({ name, effectiveValue, value }) => ({ name, from: effectiveValue, to: value })),
    ),
    pending: known
      .filter(({ effectiveValue, value }) => !isSameValue(effectiveValue, value))
      .map(({ name }) => name),
  };
}

/**
 * Splits cluster-wide changes into those that would replace a dynamic value of the cluster, and others. A dynamic value that no
 * agent has set is that of a person, or of another map.
 */
export function splitForeign(
  changes: readonly SettingChange[],
  settings: ReadonlyMap<string, BrokerSetting>,
): { readonly foreign: readonly SettingChange[]; readonly others: readonly SettingChange[] } {
  const isForeign = ({ name }: SettingChange) => settings.get(name)?.clusterValue !== undefined;
  return { foreign: changes.filter(isForeign), others: changes.filter((change) => !isForeign(change)) };
}

function sorted(changes: readonly SettingChange[]): SettingChange[] {
  return [...changes].sort((a, b) => (a.name < b.name ? -1 : 1));
}
