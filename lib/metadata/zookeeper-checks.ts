import { format } from '../input/format';
import { Settings } from '../kafka/properties';
import { assertStrings } from '../kafka/user-settings';

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

/** Settings that ZooKeeper parses as numbers at its start. */
const NUMBERS = [
  'autopurge.purgeInterval',
  'autopurge.snapRetainCount',
  'connectToLearnerMasterLimit',
  'globalOutstandingLimit',
  'initLimit',
  'maxClientCnxns',
  'maxSessionTimeout',
  'minSessionTimeout',
  'snapCount',
  'syncLimit',
  'tickTime',
];

/** @throws when a setting is decided by the construct, or a number is not valid */
export function assertZookeeperConfig(config: Settings): void {
  assertStrings('a ZookeeperEnsemble', config);
  const decided = Object.keys(config).find((name) => DECIDED_NAMES.includes(name) || DECIDED.test(name));
  if (decided !== undefined) {
    throw new Error(
      `setting '${decided}' of a ZookeeperEnsemble is '${config[decided]}', but the construct decides it; leave it out`,
    );
  }
  const invalid = NUMBERS.find((name) => name in config && !/^-?\d+$/.test(config[name]));
  if (invalid !== undefined) {
    throw new Error(
      `setting '${invalid}' of a ZookeeperEnsemble is '${config[invalid]}'; it must be a whole number`,
    );
  }
}
