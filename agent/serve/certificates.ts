import { setTimeout as sleep } from 'node:timers/promises';
import { ServerPodConfig } from '../../lib/seam/agent-config';
import { demandsOf, listenersOf } from '../certificates/demands';
import { Folder } from '../certificates/folder';
import { FolderKeeper, KeeperEdges, KeeperReport } from '../certificates/folder-keeper';
import { shakeHands } from '../certificates/handshake';
import { hostOf, ownBroker } from '../kafka/addresses';
import { reloadStores } from '../kafka/reload';
import { Involved, recordEvent } from '../kubernetes/events';
import { isListening } from '../port';

/** Who keeps the certificates of a pod up to date. */
export function keepersOf(
  config: ServerPodConfig,
  id: number,
  pod: { readonly name: string; readonly uid: string },
  report: KeeperReport,
): FolderKeeper[] {
  const involved = { kind: 'Pod', ...pod };
  return config.certificates.map((set) => {
    const folder = new Folder(set.folder, set.hasLeaf);
    const listeners = listenersOf(config).filter(
      ({ certificates, clientCertificates }) =>
        certificates === set.folder || clientCertificates === set.folder,
    );
    return new FolderKeeper(
      {
        folder,
        demands: demandsOf(config, id, set),
        isHot: set.reload === 'hot',
        server: config.role === 'zookeeper' ? 'ZooKeeper' : 'Kafka',
        listeners,
      },
      edgesOf(config, id, involved, folder),
      report,
    );
  });
}

function edgesOf(config: ServerPodConfig, id: number, pod: Involved, folder: Folder): KeeperEdges {
  const host = hostOf(config, id);
  return {
    now: Date.now,
    ticks: () => performance.now(),
    sleep: (ms) => sleep(ms),
    isListening,
    shake: (port, client) => shakeHands(port, host, client),
    reload: async (listener) => {
      if (config.role === 'broker') {
        await reloadStores(ownBroker(config, id), id, listener);
      } else if (config.role === 'zookeeper') {
        // ZooKeeper cannot be told. It watches its files, and may have missed what was written while it started.
        await folder.writeStoresAgain();
      }
    },
    announce: (type, reason, message) => recordEvent(config.namespace, pod, type, reason, message),
  };
}
