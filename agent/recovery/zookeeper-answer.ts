import { RecoveryGroupConfig } from '../../lib/seam/agent-config';
import { mayStartMemberOnEmptyDisk } from '../identity/empty-disk-member';
import { BlankDiskAnswer } from './decide-recovery';
import { LostServer, PodObject, isServing } from './lost-server';

/** Answers whether a lost ZooKeeper server may start on an empty disk. */
export function answerForZookeeper(
  { id, node, pod: lost }: LostServer,
  { ids: { first, last } }: RecoveryGroupConfig,
  pods: readonly PodObject[],
): BlankDiskAnswer {
  const serving = pods.filter((pod) => pod.metadata.name !== lost.name && isServing(pod));
  return mayStartMemberOnEmptyDisk({
    id,
    kind: 'ZooKeeper server',
    hasBeenInSync: true,
    emptyDisks: ['the new volume'],
    description: `node ${node} is gone with the data of ZooKeeper server ${id}`,
    memberCount: last - first + 1,
    caughtUpCount: serving.length === 0 ? undefined : serving.length,
  });
}
