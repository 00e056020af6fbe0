/*
 * Relations of settings. Kafka checks them only when it starts, and then exits.
 */
import { Settings } from './properties';
import { hasReference } from './references';
import { Refusal, shown } from './refusals';
import { javaTrim } from './setting-values';

type Limit = readonly [setting: string, defaultValue: number];

/** The first setting must be at most the second one. */
const AT_MOST: readonly (readonly [lower: Limit, upper: Limit])[] = [
  [
    ['replica.fetch.wait.max.ms', 500],
    ['replica.lag.time.max.ms', 30_000],
  ],
  [
    ['replica.fetch.wait.max.ms', 500],
    ['replica.socket.timeout.ms', 30_000],
  ],
  [
    ['socket.request.max.bytes', 104_857_600],
    ['queued.max.request.bytes', -1],
  ],
  [
    ['connection.failed.authentication.delay.ms', 100],
    ['connections.max.idle.ms', 600_000],
  ],
  ...['consumer', 'share', 'streams'].flatMap((group) => [
    ...withinLimits(`group.${group}`, 'session.timeout.ms', [45_000, 45_000, 60_000]),
    ...withinLimits(`group.${group}`, 'heartbeat.interval.ms', [5_000, 5_000, 15_000]),
  ]),
];

type Defaults = readonly [min: number, value: number, max: number];

function withinLimits(
  prefix: string,
  name: string,
  [min, value, max]: Defaults,
): (readonly [Limit, Limit])[] {
  const least: Limit = [`${prefix}.min.${name}`, min];
  const own: Limit = [`${prefix}.${name}`, value];
  const most: Limit = [`${prefix}.max.${name}`, max];
  return [
    [least, own],
    [own, most],
    [least, most],
  ];
}

/** Refusals of settings that do not fit each other, or the defaults of others. */
export function relationRefusals(settings: Settings): Refusal[] {
  return [
    ...AT_MOST.flatMap(([lower, upper]) => orderRefusal(settings, lower, upper) ?? []),
    ...cleanerRefusals(settings),
    ...connectionRefusals(settings),
    ...protocolRefusals(settings),
  ];
}

function orderRefusal(settings: Settings, lower: Limit, upper: Limit): Refusal | undefined {
  const [low, high] = [numberOf(settings, lower), numberOf(settings, upper)];
  // A negative number means no limit.
  if (!(low > high) || high < 0) {
    return undefined;
  }
  const isLower = lower[0] in settings;
  const [name, other] = isLower ? [lower[0], upper[0]] : [upper[0], lower[0]];
  return {
    name,
    problem: `${shown(settings[name])}, and ${other} is ${isLower ? high : low}; Kafka does not start with ${lower[0]} above ${upper[0]}`,
    remedy: isLower ? `lower it, or raise ${other}` : `raise it, or lower ${other}`,
  };
}

const MEBIBYTE = 2 ** 20;

function cleanerRefusals(settings: Settings): Refusal[] {
  const buffer = numberOf(settings, ['log.cleaner.dedupe.buffer.size', 134_217_728]);
  const threads = numberOf(settings, ['log.cleaner.threads', 1]);
  const name = 'log.cleaner.threads' in settings ? 'log.cleaner.threads' : 'log.cleaner.dedupe.buffer.size';
  return buffer / threads <= MEBIBYTE
    ? [
        {
          name,
          problem: `${shown(settings[name])}, which leaves each thread ${buffer / threads} bytes of log.cleaner.dedupe.buffer.size`,
          remedy: `lower log.cleaner.threads, or raise log.cleaner.dedupe.buffer.size above ${threads * MEBIBYTE}`,
        },
      ]
    : [];
}

function connectionRefusals(settings: Settings): Refusal[] {
  const name = 'max.connections.per.ip';
  const overrides = javaTrim(settings['max.connections.per.ip.overrides'] ?? '');
  return numberOf(settings, [name, 1]) === 0 && overrides === ''
    ? [
        {
          name,
          problem: `${shown(settings[name])}, and max.connections.per.ip.overrides allows no address`,
          remedy: 'write 1 or more, or set max.connections.per.ip.overrides',
        },
      ]
    : [];
}

function protocolRefusals(settings: Settings): Refusal[] {
  const name = 'group.coordinator.rebalance.protocols';
  const value = settings[name];
  return value === undefined ||
    hasReference(value) ||
    value.split(',').some((one) => javaTrim(one) === 'classic')
    ? []
    : [{ name, problem: `${shown(value)}, without the protocol 'classic'`, remedy: "add 'classic'" }];
}

/** A setting as a number; NaN if only Kafka knows it. */
function numberOf(settings: Settings, [name, defaultValue]: Limit): number {
  const value = settings[name];
  return value === undefined ? defaultValue : hasReference(value) ? NaN : Number(javaTrim(value));
}
