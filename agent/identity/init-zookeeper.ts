import { rename, writeFile } from 'node:fs/promises';
import { ZookeeperConfig } from '../../lib/seam/agent-config';
import { StartupCertificates } from '../certificates/startup-certificates';
import { log } from '../runtime/log';
import { otherServers } from '../zookeeper/addresses';
import { fetchEnsembleView, servingIds } from '../zookeeper/ensemble-view';
import { mayStartMemberOnEmptyDisk } from './empty-disk-member';
import { readFolder } from './log-dirs';
import { decideMember } from './member-guard';
import { ownId } from './pod-id';
import { ServerStart } from './server-start';
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
  const [{ logDir: folder }] = config.disks;
  const contents = await readFolder(folder, MYID);
  const disk = { logDir: folder, isEmpty: isEmptyDisk(id, contents), id: contents.diskId };
  const start = await ServerStart.prepare(config, { id, podName }, [disk], signal);
  const { facts, firstInSync } = start;
  log.info('identity of this server', { server: id, emptyDisks: facts.emptyDisks, firstInSync });
  const others = otherServers(config, id);
  const decide = decideMember({
    isLost: facts.emptyDisks.length > 0,
    otherCount: others.size,
    observe: async () => {
      const view = await fetchEnsembleView(others);
      const hasLeader = [...view.modes.values()].includes('leader');
      return { view: hasLeader ? servingIds(view).length : undefined, failures: view.failures };
    },
    judge: (caughtUpCount, acceptedLoss) =>
      mayStartMemberOnEmptyDisk({
        ...facts,
        kind: 'ZooKeeper server',
        memberCount: config.servers.length,
        caughtUpCount,
        acceptedLoss,
      }),
  });
  await start.waitUntilAllowed(async (acceptedLoss) => {
    await stores.refresh();
    return decide(acceptedLoss);
  }, signal);
  await stores.prepare(signal);
  await writeFile(`${folder}/${MYID}.new`, `${id}\n`);
  await rename(`${folder}/${MYID}.new`, `${folder}/${MYID}`);
}
