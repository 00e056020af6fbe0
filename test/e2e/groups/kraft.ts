import { KafkaVersion } from '../../../lib/kafka/kafka-version';
import { clusterSettingsChangeLive, settingsChangeLive } from '../checks/live-settings';
import { controllersFormQuorum } from '../checks/quorum';
import { ids } from '../lists';
import { Expectations } from '../world';
import { NODE_GROUP, commonChecks, labelNodes } from './common';
import { Group } from './group';

/** A small KRaft cluster of one Kafka version, with checks that the examples do not cover. */
export function kraft({
  version,
  supportsShareGroups: hasShareGroups,
  supportsDynamicQuorum: formsDynamicQuorum,
}: KafkaVersion): Group {
  const expectations: Expectations = {
    program: `test/e2e/charts/kraft.ts ${version}`,
    namespace: 'kafka-versions',
    clusterName: 'small',
    zones: 3,
    maps: [
      {
        name: 'main',
        statefulSet: 'small-main',
        brokerIds: ids(11, 13),
        nodeLabel: { key: NODE_GROUP, value: 'main' },
      },
    ],
    metadataPods: ids(1, 3).map((id) => `small-controllers-${id}`),
    internalTopics: [
      '__consumer_offsets',
      ...(hasShareGroups ? ['__share_group_state'] : []),
      '__transaction_state',
    ],
    internalPartitions: 12,
    client: 'shop',
    topics: { plain: 'plain', transactional: 'transactional' },
  };
  return {
    summary: `KRaft with Kafka ${version}, ${formsDynamicQuorum ? 'dynamic' : 'static'} quorum, two disks a broker`,
    expectations,
    needs: {
      namespace: expectations.namespace,
      zones: expectations.zones,
      nodesPerZone: 2,
      fakeNodesPerZone: 0,
      storageClass: 'local-nvme',
      volumes: { count: 9, size: '900Mi' },
    },
    prepareNodes: labelNodes(expectations.namespace, expectations.zones, { main: 1, controllers: 1 }),
    hasBrokers: true,
    checks: () => [
      ...commonChecks(controllersFormQuorum, true),
      { name: 'settings of a map change without a restart', run: settingsChangeLive, isLong: true },
      {
        name: 'settings of the cluster change without a restart of brokers',
        run: clusterSettingsChangeLive,
        isLong: true,
      },
    ],
  };
}
