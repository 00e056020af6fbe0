import { KafkaVersion } from '../../../lib/kafka/kafka-version';
import { controllerCountChanges } from '../checks/controller-count';
import { brokersAreReady } from '../checks/placement';
import { controllersFormQuorum } from '../checks/quorum';
import { recordsAreKept, recordsAreStillThere } from '../checks/records';
import { topicJobSucceeds } from '../checks/topic-job';
import { labelNodes } from './common';
import { Group } from './group';
import { kraft } from './kraft';

const BASE = kraft(KafkaVersion.V4_4);

/** A dynamic quorum that grows and shrinks. */
export const controllers: Group = {
  ...BASE,
  summary: `controllers of a dynamic quorum are added and removed under load, Kafka ${KafkaVersion.V4_4.version}`,
  needs: { ...BASE.needs, nodesPerZone: 3, volumes: { count: 11, size: '900Mi' } },
  prepareNodes: labelNodes(BASE.expectations.namespace, BASE.expectations.zones, { main: 1, controllers: 2 }),
  checks: () => [
    { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
    { name: 'the quorum has a leader', run: controllersFormQuorum, isPrerequisite: true },
    { name: 'the topic job succeeds', run: topicJobSucceeds, isPrerequisite: true },
    { name: 'records are written for the last check', run: recordsAreKept, isPrerequisite: true },
    { name: 'three controllers become five and three again, twice', run: controllerCountChanges },
    { name: 'records from the start still exist', run: recordsAreStillThere, isPrerequisite: true },
  ],
};
