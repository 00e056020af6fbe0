import { format } from '../input/format';
import { Settings } from '../kafka/properties';
import { Refusal, assertNone, shown, withRelations } from '../kafka/refusals';
import { javaTrim } from '../kafka/setting-values';
import { MAX_INT, hidden, stringRefusal, withAdvice } from '../kafka/user-settings';
import { TICK_MS } from './zoo-cfg';

const MAX_SERVERS = 9;

/** @throws when the number of servers is not odd, or above 9 */
export function assertReplicas(replicas: number): void {
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > MAX_SERVERS || replicas % 2 === 0) {
    throw new Error(
      `replicas of a ZookeeperEnsemble is ${format(replicas)}; use 1, 3, 5, 7 or 9, preferably 3 or 5: an even number ` +
        'tolerates no more failures than one server less',
    );
  }
}

/** Settings that the construct decides. */
const DECIDED_NAMES = [
  '4lw.commands.whitelist',
  'admin.enableServer',
  'client.certReload',
  'clientPort',
  'clientPortAddress',
  'dataDir',
  'dataLogDir',
  'dynamicConfigFile',
  'leaderServes',
  'metricsProvider.httpPort',
  'peerType',
  'portUnification',
  'quorumListenOnAllIPs',
  'reconfigEnabled',
  'secureClientPort',
  'secureClientPortAddress',
  'standaloneEnabled',
];
const DECIDED =
  /^(server|group|weight|quorum\.auth)\.|^ssl\.|^ssl[Qq]uorum|^serverCnxnFactory$|^client\.portUnification$/;

/** Settings that ZooKeeper reads as numbers at its start; 0 is not allowed for those in `ABOVE_0`. */
const NUMBERS = [
  'autopurge.purgeInterval',
  'autopurge.snapRetainCount',
  'clientPortListenBacklog',
  'connectToLearnerMasterLimit',
  'globalOutstandingLimit',
  'initLimit',
  'maxClientCnxns',
  'maxSessionTimeout',
  'minSessionTimeout',
  'multiAddress.reachabilityCheckTimeoutMs',
  'quorum.cnxn.threads.size',
  'snapCount',
  'syncLimit',
  'tickTime',
];
const ABOVE_0 = ['initLimit', 'syncLimit', 'tickTime'];

/** Settings that ZooKeeper reads as booleans at its start. */
const BOOLEANS = [
  'localSessionsEnabled',
  'localSessionsUpgradingEnabled',
  'multiAddress.enabled',
  'multiAddress.reachabilityCheckEnabled',
  'syncEnabled',
];

/** @throws when a setting is decided by the construct, or ZooKeeper would not start with a value */
export function assertZookeeperConfig(config: Settings): void {
  const refusals = Object.entries<unknown>(config).flatMap(([name, value]) =>
    withAdvice(
      value,
      (one) =>
        decidedRefusal(name, one) ??
        stringRefusal(name, one, 'remove it') ??
        valueRefusal(name, one as string),
    ),
  );
  assertNone('a ZookeeperEnsemble', withRelations(refusals, config, sessionRefusals));
}

function decidedRefusal(name: string, value: unknown): Refusal | undefined {
  return DECIDED_NAMES.includes(name) || DECIDED.test(name)
    ? {
        name,
        problem: `${hidden(name, value)}, but the construct decides it`,
        remedy: 'leave it out',
      }
    : undefined;
}

function valueRefusal(name: string, value: string): Refusal | undefined {
  const text = javaTrim(value);
  const refusal = (remedy: string) => ({ name, problem: shown(value), remedy });
  if (BOOLEANS.includes(name)) {
    return /^(true|false)$/i.test(text) ? undefined : refusal("it must be 'true' or 'false'");
  }
  if (name === 'electionAlg') {
    return text === '3' ? undefined : refusal("it must be '3', or left out");
  }
  if (!NUMBERS.includes(name)) {
    return undefined;
  }
  const least = ABOVE_0.includes(name) ? 1 : -MAX_INT;
  return /^[-+]?\d+$/.test(text) && Number(text) >= least && Number(text) <= MAX_INT
    ? undefined
    : refusal(`it must be a whole number${least === 1 ? ` from 1 to ${MAX_INT}` : ''}`);
}

/** ZooKeeper derives a session timeout that is not set, or -1, from its ticks. */
function sessionRefusals(config: Settings): Refusal[] {
  const tick = Number(config.tickTime ?? TICK_MS);
  const given = (name: string, fallback: number) =>
    Number(config[name] ?? -1) === -1 ? fallback : Number(config[name]);
  const [least, most] = [given('minSessionTimeout', 2 * tick), given('maxSessionTimeout', 20 * tick)];
  const name = 'minSessionTimeout' in config ? 'minSessionTimeout' : 'maxSessionTimeout';
  return least > most
    ? [
        {
          name,
          problem: `leads to a minimum of ${least} ms and a maximum of ${most} ms (by default 2 and 20 times tickTime)`,
          remedy: 'lower minSessionTimeout, or raise maxSessionTimeout',
        },
      ]
    : [];
}
