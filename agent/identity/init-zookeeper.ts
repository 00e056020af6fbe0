import { rename, writeFile } from 'node:fs/promises';
import { ZookeeperConfig } from '../../lib/seam/agent-config';
import { StartStores } from '../certificates/prepare';
import { log } from '../log';
import { waitUntil } from '../waiting';
import { otherServers } from '../zookeeper/addresses';
import { serving, viewOf } from '../zookeeper/ensemble-view';
import { consentIn, isUnsigned, podAnnotations } from './consent';
import { PAUSE_MS, passed, remembered } from './init-waits';
import { findFolder } from './log-dirs';
import { mayStartBlankMember } from './member-disk-guard';
import { ownId } from './pod-id';
import { MYID, isEmptyDisk } from './zookeeper-disk';

/** Waits until a ZooKeeper server may start, and writes its number on its disk. */
export async function initZookeeper(
  config: ZookeeperConfig,
  podName: string,
  signal: AbortSignal,
): Promise<void> {
  const id = ownId(config, podName);
  const stores = new StartStores(config, id);
  await stores.prepare(signal);
  const entry = await remembered(config, id, signal);
  const [{ logDir: folder }] = config.disks;
  const empty = isEmptyDisk(id, await findFolder(folder, MYID)) ? [folder] : [];
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
        consent: consentIn(annotations),
      };
      const quick = mayStartBlankMember(facts);
      if (quick.start) {
        return passed(quick, podName, isUnsigned(annotations));
      }
      const view = await viewOf(otherServers(config, id));
      const hasLeader = [...view.modes.values()].includes('leader');
      const { start, reason } = mayStartBlankMember({
        ...facts,
        level: hasLeader ? serving(view).length : undefined,
      });
      const reasons = [reason, ...view.failures].join('; ');
      return passed({ start, reason: reasons }, podName, isUnsigned(annotations));
    },
    PAUSE_MS,
    signal,
  );
  await stores.prepare(signal);
  await writeFile(`${folder}/${MYID}.new`, `${id}\n`);
  await rename(`${folder}/${MYID}.new`, `${folder}/${MYID}`);
}
