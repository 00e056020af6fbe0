import { Duration } from 'cdk8s';
import { TopicSyncContext } from '../cluster/cluster-context';
import { topicStatusName } from '../cluster/cluster-names';
import { checkedDuration, secondsOf } from '../input/durations';
import { format } from '../input/format';
import { listenerConfig } from '../network/listeners';
import { TopicListConfig, TopicSyncConfig } from '../seam/agent-config';
import { DriftAction, TopicDrift, TopicPrune } from './topic-sync-options';

/** Settings of the topic synchronization that do not change after its construct was created. */
export type SyncSettings = Pick<
  TopicSyncConfig,
  'cronJob' | 'statusConfigMap' | 'drift' | 'prune' | 'brokerWaitTimeoutSeconds'
>;

/** Properties that the settings come from. */
interface SyncProps {
  readonly drift?: TopicDrift;
  readonly prune?: TopicPrune;
  readonly brokerWaitTimeout?: Duration;
}

const MAX_PER_RUN = 1_000;

/**
 * Settings from properties.
 *
 * @throws when a number or duration is not valid
 */
export function syncSettings(clusterName: string, name: string, props: SyncProps): SyncSettings {
  const { drift = {}, prune, brokerWaitTimeout = Duration.minutes(2) } = props;
  return {
    cronJob: name,
    statusConfigMap: topicStatusName(clusterName),
    drift: {
      settings: drift.settings ?? DriftAction.CORRECT,
      undeclaredSettings: drift.undeclaredSettings ?? DriftAction.IGNORE,
      partitions: drift.partitions ?? DriftAction.CORRECT,
      undeclaredTopics: undeclaredTopics(name, drift),
    },
    ...(prune === undefined ? {} : { prune: pruneConfig(name, prune) }),
    brokerWaitTimeoutSeconds: secondsOf(checkedDuration(`brokerWaitTimeout of '${name}'`, brokerWaitTimeout)),
  };
}

function undeclaredTopics(
  name: string,
  { undeclaredTopics: action = DriftAction.REPORT }: TopicDrift,
): DriftAction {
  if (action === DriftAction.CORRECT) {
    throw new Error(
      `drift.undeclaredTopics of '${name}' is CORRECT; use REPORT or IGNORE, and prune to delete topics that are no longer declared`,
    );
  }
  return action;
}

function pruneConfig(
  name: string,
  { minAge = Duration.days(1), maxPerRun = 10 }: TopicPrune,
): Required<SyncSettings>['prune'] {
  if (!Number.isInteger(maxPerRun) || maxPerRun < 1 || maxPerRun > MAX_PER_RUN) {
    throw new Error(
      `prune.maxPerRun of '${name}' is ${format(maxPerRun)}; it must be a whole number from 1 to ${MAX_PER_RUN}`,
    );
  }
  return { minAgeSeconds: secondsOf(checkedDuration(`prune.minAge of '${name}'`, minAge)), maxPerRun };
}

/** agent.json of the topic synchronization. */
export function syncConfigText(
  context: TopicSyncContext,
  settings: SyncSettings,
  lists: readonly TopicListConfig[],
): string {
  const { internalListener } = context;
  const config: TopicSyncConfig = {
    role: 'topics',
    clusterName: context.clusterName,
    namespace: context.namespace,
    bootstrapHost: context.serviceHost,
    internalListener: listenerConfig(internalListener),
    certificateFolder: internalListener.certificates,
    maps: context.maps().map(({ name, brokerIds, patterns, topicDefaults }) => ({
      name,
      patterns: patterns.map(({ source }) => source),
      brokerIds: { first: brokerIds.first, last: brokerIds.last },
      topicDefaults,
    })),
    lists,
    ...settings,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
