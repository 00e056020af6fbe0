import { setTimeout as sleep } from 'node:timers/promises';
import { ServerPodConfig } from '../../lib/seam/agent-config';
import { requirementsOf, listenersOf } from '../certificates/requirements';
import { Folder } from '../certificates/folder';
import { CertificateReconciler, CertificateReconcilerEdges, CertificateRecorder } from '../certificates/certificate-reconciler';
import { handshake } from '../certificates/handshake';
import { serverHost, ownBroker } from '../kafka/addresses';
import { reloadStores } from '../kafka/reload-stores';
import { InvolvedObject, recordEvent } from '../kubernetes/events';
import { isListening } from '../runtime/tcp-port';

/** Who keeps the certificates of a pod up to date. */
export function certificateReconcilers(
  config: ServerPodConfig,
  id: number,
  pod: { readonly name: string; readonly uid: string },
  report: CertificateRecorder,
): CertificateReconciler[] {
  const involved = { kind: 'Pod', ...pod };
  return config.certificates.map((set) => {
    const folder = new Folder(set.folder, set.hasCertificate);
    const listeners = listenersOf(config).filter(
      ({ certificateFolder: certificates, clientCaFolder: clientCertificates }) =>
        certificates === set.folder || clientCertificates === set.folder,
    );
    return new CertificateReconciler(
      {
        folder,
        requirements: requirementsOf(config, id, set),
        isDynamic: set.reload === 'dynamic',
        server: config.role === 'zookeeper' ? 'ZooKeeper' : 'Kafka',
        listeners,
      },
      edgesOf(config, id, involved, folder),
      report,
    );
  });
}

function edgesOf(config: ServerPodConfig, id: number, pod: InvolvedObject, folder: Folder): CertificateReconcilerEdges {
  const host = serverHost(config, id);
  return {
    now: Date.now,
    monotonicMs: () => performance.now(),
    sleep: (ms) => sleep(ms),
    isListening,
    handshake: (port, client) => handshake(port, host, client),
    reload: async (listener) => {
      if (config.role === 'broker') {
        await reloadStores(ownBroker(config, id), id, listener);
      } else if (config.role === 'zookeeper') {
        // ZooKeeper cannot be told. It watches its files, and may have missed what was written while it started.
        await folder.rewriteStores();
      }
    },
    recordEvent: (type, reason, message) => recordEvent(config.namespace, pod, type, reason, message),
  };
}
