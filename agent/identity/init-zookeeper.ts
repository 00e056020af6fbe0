import { rename, writeFile } from 'node:fs/promises';
import { ZookeeperConfig } from '../../lib/seam/agent-config';
import { StartupCertificates } from '../certificates/startup-certificates';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { otherServers } from '../zookeeper/addresses';
import { servingIds, fetchEnsembleView } from '../zookeeper/ensemble-view';
import { acceptedLossIn, isAcceptanceIgnored, podAnnotations } from '../annotations/pod-annotations';
import { INIT_RETRY_MS, startAttempt, readLedgerEntry } from './start-conditions';
import { readFolder } from './log-dirs';
import { mayStartMemberOnEmptyDisk } from './empty-disk-member';
import { ownId } from './pod-id';
import { MYID, isEmptyDisk } from './zookeeper-disk';

/** Waits until a ZooKeeper server may start, and writes its number on its disk. */
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
  log.info('identity', { server: id, emptyDisks: empty, knownSince: entry?.firstInSync });
  await waitUntil(
    async () => {
      await stores.refresh();
      const annotations = await podAnnotations();
      const facts = {
        id,
        kind: 'ZooKeeper server' as const,
        isKnown: entry !== undefined,
        emptyDisks: empty,
        size: config.servers.length,
        consent: acceptedLossIn(annotations),
      };
      const quick = mayStartMemberOnEmptyDisk(facts);
      if (quick.mayStart) {
        return startAttempt(quick, podName, isAcceptanceIgnored(annotations));
      }
      const view = await fetchEnsembleView(otherServers(config, id));
      const hasLeader = [...view.modes.values()].includes('leader');
      const { mayStart: start, reason } = mayStartMemberOnEmptyDisk({
        ...facts,
        caughtUpCount: hasLeader ? servingIds(view).length : undefined,
      });
      const reasons = [reason, ...view.failures].join('; ');
      return startAttempt({ mayStart: start, reason: reasons }, podName, isAcceptanceIgnored(annotations));
    },
    INIT_RETRY_MS,
    signal,
  );
  await stores.prepare(signal);
  await writeFile(`${folder}/${MYID}.new`, `${id}\n`);
  await rename(`${folder}/${MYID}.new`, `${folder}/${MYID}`);
}
