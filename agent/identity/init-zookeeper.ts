import { rename, writeFile } from 'node:fs/promises';
import { ZookeeperConfig } from '../../lib/seam/agent-config';
import { acceptedLossIn, isAcceptanceIgnored, podAnnotations } from '../annotations/pod-annotations';
import { StartupCertificates } from '../certificates/startup-certificates';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { otherServers } from '../zookeeper/addresses';
import { fetchEnsembleView, servingIds } from '../zookeeper/ensemble-view';
import { mayStartMemberOnEmptyDisk } from './empty-disk-member';
import { readFolder } from './log-dirs';
import { ownId } from './pod-id';
import { INIT_RETRY_MS, readLedgerEntry, startAttempt } from './start-conditions';
import { MYID, isEmptyDisk } from './zookeeper-disk';

/** Waits until a ZooKeeper server may start, and writes its id to its disk. */
export async function initZookeeper(
  config: ZookeeperConfig,
  podName: string,
  signal: AbortSignal,
): Promise<void> {
  const id = ownId(config, podName);
  const stores = new StartupCertificates(config, id);
  await stores.prepare(signal);
  const entry = await readLedgerEntry(config, id, signal);
  const [{ logDir: folder }] = config.disks;
  const empty = isEmptyDisk(id, await readFolder(folder, MYID)) ? [folder] : [];
  log.info('identity of this server', { server: id, emptyDisks: empty, firstInSync: entry?.firstInSync });
  const pod = { namespace: config.namespace, podName };
  await waitUntil(
    async () => {
      await stores.refresh();
      const annotations = await podAnnotations();
      const isIgnored = isAcceptanceIgnored(annotations);
      const facts = {
        id,
        kind: 'ZooKeeper server' as const,
        hasBeenInSync: entry !== undefined,
        emptyDisks: empty,
        memberCount: config.servers.length,
        acceptedLoss: acceptedLossIn(annotations),
      };
      const withoutEnsemble = mayStartMemberOnEmptyDisk(facts);
      if (withoutEnsemble.mayStart) {
        return startAttempt(withoutEnsemble, pod, isIgnored);
      }
      const view = await fetchEnsembleView(otherServers(config, id));
      const hasLeader = [...view.modes.values()].includes('leader');
      const { mayStart, reason } = mayStartMemberOnEmptyDisk({
        ...facts,
        caughtUpCount: hasLeader ? servingIds(view).length : undefined,
      });
      const reasons = [reason, ...view.failures].join('; ');
      return startAttempt({ mayStart, reason: reasons }, pod, isIgnored);
    },
    INIT_RETRY_MS,
    signal,
  );
  await stores.prepare(signal);
  await writeFile(`${folder}/${MYID}.new`, `${id}\n`);
  await rename(`${folder}/${MYID}.new`, `${folder}/${MYID}`);
}
