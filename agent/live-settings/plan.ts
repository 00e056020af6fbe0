/*
 * What to change so that a running broker has what its ConfigMap says, and nothing else of it is touched.
 */
import { OTHER_UNITS } from '../../lib/seam/agent-config';
import { BrokerSetting } from './broker-setting';
import { inMilliseconds, isSameValue, stepTowards } from './values';

/** Values by setting; null where nobody has set it. */
export type Wanted = Readonly<Record<string, string | null>>;

/** What is wanted, in the units that can change while Kafka runs. */
export function inChangeableUnits(wanted: Wanted): Wanted {
  const folded = { ...wanted };
  for (const [name, others] of Object.entries(OTHER_UNITS)) {
    const given = [name, ...others].find((other) => (wanted[other] ?? null) !== null);
    if (name in wanted && given !== undefined) {
      folded[name] = inMilliseconds(given, wanted[given]!);
    }
  }
  return folded;
}

/** A value to set, or, without one, to take away. */
export interface Change {
  readonly name: string;
  readonly value?: string;
  /** What holds before it, and after it. */
  readonly from?: string;
  readonly to?: string;
}

/** What to do next, and which settings do not have their values yet. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly pending: readonly string[];
}

/**
 * What to change on one broker. A value of its own stands only as long as the broker has been started with another one:
 * after its next start the file says the same, and the value is taken away.
 *
 * A setting that nobody wants is brought to Kafka's own default if it was wanted before: the broker has been started with
 * it, or agents set it. Otherwise it is somebody else's, and is left alone.
 */
export function planBroker(wanted: Wanted, settings: ReadonlyMap<string, BrokerSetting>): Plan {
  const changes: Change[] = [];
  const pending: string[] = [];
  for (const setting of settings.values()) {
    const target = targetOf(setting, wanted);
    if (target === undefined && !setting.isOurs) {
      continue;
    }
    changes.push(...changesTo(target, setting));
    if (!isSameValue(setting.effective, target)) {
      pending.push(setting.name);
    }
  }
  return { changes: sorted(changes), pending: pending.sort() };
}

/** Undefined where the setting is not ours to change, or Kafka has no value without us. */
function targetOf(setting: BrokerSetting, wanted: Wanted): string | undefined {
  const value = wanted[setting.name];
  if (value === undefined) {
    // Known to agents before, and now a matter of restarts: what the broker starts with holds.
    return setting.isOurs ? setting.beneath : undefined;
  }
  const isRemoved = setting.isOurs || (setting.isInFile && setting.own === undefined);
  return value ?? (isRemoved ? setting.unset : undefined);
}

function changesTo(target: string | undefined, setting: BrokerSetting): Change[] {
  const { name, own, isOurs, beneath, effective } = setting;
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
  wanted: Wanted,
  settings: ReadonlyMap<string, BrokerSetting>,
): {
  readonly cluster: readonly Change[];
  readonly broker: readonly Change[];
  readonly pending: readonly string[];
} {
  const known = [...settings.values()].flatMap((setting) => {
    const value = wanted[setting.name] ?? undefined;
    return value === undefined ? [] : [{ ...setting, value }];
  });
  return {
    cluster: sorted(
      known
        .filter(({ beneath, value }) => !isSameValue(beneath, value))
        .map(({ name, value, beneath }) => ({ name, value, from: beneath, to: value })),
    ),
    broker: sorted(
      known
        .filter(({ own }) => own !== undefined)
        .map(({ name, effective, value }) => ({ name, from: effective, to: value })),
    ),
    pending: known.filter(({ effective, value }) => !isSameValue(effective, value)).map(({ name }) => name),
  };
}

function sorted(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => (a.name < b.name ? -1 : 1));
}
