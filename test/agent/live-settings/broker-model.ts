/*
 * Model of the dynamic settings of a Kafka broker, as far as agents depend on them. Each rule was observed on a real broker.
 */
import { SETTING_SYNONYMS } from '../../../lib/seam/agent-config';
import { SettingAlteration, DescribedSetting } from '../../../agent/kafka/broker-settings';
import { SOURCE } from '../../../agent/live-settings/broker-setting';
import { inMilliseconds } from '../../../agent/live-settings/values';

type Values = Map<string, string>;

/** Dynamic settings with the defaults of Kafka. */
export const DEFAULTS: Readonly<Record<string, string | undefined>> = {
  'background.threads': '10',
  'leader.replication.throttled.rate': '9223372036854775807',
  'log.cleanup.policy': 'delete',
  'log.retention.ms': undefined,
  'message.max.bytes': '1048588',
  'min.insync.replicas': '1',
  'num.io.threads': '8',
};

const READ_ONLY: Readonly<Record<string, string>> = { 'log.retention.hours': '168', 'num.partitions': '1' };

/** Model of a broker. */
export class BrokerModel {
  readonly own: Values = new Map();
  readonly cluster: Values = new Map();

  constructor(private file: Readonly<Record<string, string>>) {}

  /** Restarts the broker with other settings in server.properties. */
  restart(file: Readonly<Record<string, string>>): void {
    this.file = file;
  }

  /** Value in effect. */
  effective(name: string): string | undefined {
    const [first] = this.synonyms(name);
    return first && inMilliseconds(first.name, first.value);
  }

  /** Applies all alterations or none. Returns the reason of a rejection. */
  alter(values: Values, alterations: readonly SettingAlteration[]): string | undefined {
    const before = new Map(values);
    const pools = Object.keys(DEFAULTS).filter((name) => name.endsWith('.threads'));
    const threads = new Map(pools.map((name) => [name, Number(this.effective(name))]));
    for (const { name, value } of alterations) {
      if (value === undefined) {
        values.delete(name);
      } else {
        values.set(name, value);
      }
    }
    const problem =
      alterations.map(({ name, value }) => this.problemOf(name, value)).find(Boolean) ??
      pools.map((name) => resizing(name, threads.get(name)!, Number(this.effective(name)))).find(Boolean);
    if (problem !== undefined) {
      values.clear();
      before.forEach((value, name) => values.set(name, value));
    }
    return problem;
  }

  describe(): DescribedSetting[] {
    const names = [...Object.keys(DEFAULTS), ...Object.keys(READ_ONLY)];
    const unknown = [...this.own.keys()].filter((name) => !names.includes(name));
    return [
      ...names.map((name) => {
        const all = this.synonyms(name);
        const at = all.findIndex((synonym) => synonym.name === name);
        const synonyms = at < 0 ? [] : all.slice(at);
        const value = synonyms[0]?.name === name ? synonyms[0].value : undefined;
        return { name, value, isReadOnly: name in READ_ONLY, synonyms };
      }),
      ...unknown.map((name) => ({ name, isReadOnly: true, synonyms: [{ name, source: SOURCE.broker }] })),
    ];
  }

  private synonyms(name: string): { name: string; value: string; source: number }[] {
    const names = [name, ...(SETTING_SYNONYMS[name] ?? [])];
    const at = (source: number, value: (other: string) => string | undefined) =>
      names.flatMap((other) => {
        const found = value(other);
        return found === undefined ? [] : [{ name: other, value: found, source }];
      });
    return [
      ...at(SOURCE.broker, (other) => this.own.get(other)),
      ...at(SOURCE.cluster, (other) => this.cluster.get(other)),
      ...at(SOURCE.file, (other) => this.file[other]),
      ...at(SOURCE.default, (other) => DEFAULTS[other] ?? READ_ONLY[other]),
    ];
  }

  private problemOf(name: string, value: string | undefined): string | undefined {
    if (name in READ_ONLY) {
      return `Cannot update these configs dynamically: [${name}]`;
    }
    return name === 'message.max.bytes' && value !== undefined && !/^\d+$/.test(value)
      ? `Invalid value ${value} for configuration ${name}: Not a number of type INT`
      : undefined;
  }
}

function resizing(name: string, from: number, to: number): string | undefined {
  if (!(to >= 1)) {
    return `${name}=${to}, value should be at least 1`;
  }
  if (to < Math.floor(from / 2)) {
    return `${name}=${to}, value should be at least half the current value ${from}`;
  }
  return to > from * 2
    ? `${name}=${to}, value should not be greater than double the current value ${from}`
    : undefined;
}
