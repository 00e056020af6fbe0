/*
 * What to change so that a running broker has what its ConfigMap says, and nothing else of it is touched.
 */
import { SETTING_SYNONYMS } from '../../lib/seam/agent-config';
import { BrokerSetting } from './broker-setting';
import { inMilliseconds, isSameValue, stepTowards } from './values';

/** Values by setting; null where nobody has set it. */
export type DesiredSettings = Readonly<Record<string, string | null>>;

/** What is wanted, in the units that can change while Kafka runs. */
export function toDynamicUnits(wanted: DesiredSettings): DesiredSettings {
  const folded = { ...wanted };
  for (const [name, others] of Object.entries(SETTING_SYNONYMS)) {
    const given = [name, ...others].find((other) => (wanted[other] ?? null) !== null);
    if (name in wanted && given !== undefined) {
      folded[name] = inMilliseconds(given, wanted[given]!);
    }
  }
  return folded;
}

/** A value to set, or, without one, to take away. */
export interface SettingChange {
  readonly name: string;
  readonly value?: string;
  /** What holds before it, and after it. */
  readonly from?: string;
  readonly to?: string;
}

/** What to do next, and which settings do not have their values yet. */
export interface SettingsPlan {
  readonly changes: readonly SettingChange[];
  readonly pending: readonly string[];
}

/**
 * What to change on one broker. A value of its own stands only as long as the broker has been started with another one:
 * after its next start the file says the same, and the value is taken away.
 *
 * A setting that nobody wants is brought to Kafka's own default if it was wanted before: the broker has been started with
 * it, or agents set it. Otherwise it is somebody else's, and is left alone.
 */
export function planBroker(wanted: DesiredSettings, settings: ReadonlyMap<string, BrokerSetting>): SettingsPlan {
  const changes: SettingChange[] = [];
  const pending: string[] = [];
  for (const setting of settings.values()) {
    const target = targetOf(setting, wanted);
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

/** Undefined where the setting is not ours to change, or Kafka has no value without us. */
function targetOf(setting: BrokerSetting, wanted: DesiredSettings): string | undefined {
  const value = wanted[setting.name];
  if (value === undefined) {
    // Known to agents before, and now a matter of restarts: what the broker starts with holds.
    return setting.isManaged ? setting.inheritedValue : undefined;
  }
  const isRemoved = setting.isManaged || (setting.hasStaticValue && setting.dynamicValue === undefined);
  return value ?? (isRemoved ? setting.defaultValue : undefined);
}

function changesTo(target: string | undefined, setting: BrokerSetting): SettingChange[] {
  const { name, dynamicValue: own, isManaged: isOurs, inheritedValue: beneath, effectiveValue: effective } = setting;
  const next = target === undefined ? undefined : stepTowards(name, effective, target);
  if (next === undefined || (next === target && isSameValue(beneath, target))) {
    return own !== undefined || isOurs ? [{ name, from: effective, to: beneath }] : [];
  }
  return isOurs && isSameValue(own, next) ? [] : [{ name, value: next, from: effective, to: next }];
}

/**
 * What to change for the whole cluster, and on this broker lest it deviates. The value of the cluster stays: it is what
 * those see that have been started with another one.
 */
export function planCluster(
  wanted: DesiredSettings,
  settings: ReadonlyMap<string, BrokerSetting>,
): {
  readonly cluster: readonly SettingChange[];
  readonly broker: readonly SettingChange[];
  readonly pending: readonly string[];
} {
  const known = [...settings.values()].flatMap((setting) => {
    const value = wanted[setting.name] ?? undefined;
    return value === undefined ? [] : [{ ...setting, value }];
  });
  return {
    cluster: sorted(
      known
        .filter(({ inheritedValue: beneath, value }) => !isSameValue(beneath, value))
        .map(({ name, value, inheritedValue: beneath }) => ({ name, value, from: beneath, to: value })),
    ),
    broker: sorted(
      known
        .filter(({ dynamicValue: own }) => own !== undefined)
        .map(({ name, effectiveValue: effective, value }) => ({ name, from: effective, to: value })),
    ),
    pending: known.filter(({ effectiveValue: effective, value }) => !isSameValue(effective, value)).map(({ name }) => name),
  };
}

function sorted(changes: readonly SettingChange[]): SettingChange[] {
  return [...changes].sort((a, b) => (a.name < b.name ? -1 : 1));
}
