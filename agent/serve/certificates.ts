import { setTimeout as sleep } from 'node:timers/promises';
import { ServerPodConfig } from '../../lib/seam/agent-config';
import { requirementsOf, listenersOf } from '../certificates/requirements';
import { Folder } from '../certificates/folder';
import { CertificateReconciler } from '../certificates/certificate-reconciler';
import { CertificateReconcilerEdges, CertificateRecorder } from '../certificates/reconciler-edges';
import { handshake } from '../certificates/handshake';
import { ownBroker } from '../kafka/addresses';
import { reloadStores } from '../kafka/reload-stores';
import { InvolvedObject, recordEvent } from '../kubernetes/events';
import { serverHost } from '../runtime/config';
import { isListening } from '../runtime/tcp-port';

/** Creates the reconcilers of the certificates of a pod, one per folder. */
export function certificateReconcilers(
  config: ServerPodConfig,
  id: number,
  pod: { readonly name: string; readonly uid: string },
  recorder: CertificateRecorder,
): CertificateReconciler[] {
  const podObject = { kind: 'Pod', ...pod };
  return config.certificates.map((set) => {
    const folder = new Folder(set.folder, set.hasCertificate);
    const listeners = listenersOf(config).filter(
      ({ certificateFolder, clientCaFolder }) =>
        certificateFolder === set.folder || clientCaFolder === set.folder,
    );
    return new CertificateReconciler(
      {
        folder,
        requirements: requirementsOf(config, id, set),
        isDynamic: set.reload === 'dynamic',
        server: config.role === 'zookeeper' ? 'ZooKeeper' : 'Kafka',
        listeners,
      },
      edgesOf(config, id, podObject, folder),
      recorder,
    );
  });
}

function edgesOf(
  config: ServerPodConfig,
  id: number,
  pod: InvolvedObject,
  folder: Folder,
): CertificateReconcilerEdges {
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
        // ZooKeeper has no reload request. It watches its files, and may have missed a change during its start.
        await folder.rewriteStores();
      }
    },
    recordEvent: (type, reason, message) => recordEvent(config.namespace, pod, type, reason, message),
  };
}
