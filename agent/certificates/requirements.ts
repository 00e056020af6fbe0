import {
  CERTIFICATE_SETS,
  CertificatesConfig,
  ListenerConfig,
  ServerPodConfig,
} from '../../lib/seam/agent-config';
import { serverHost } from '../runtime/config';
import { CertificateUse } from './chain';
import { CertificateRequirements } from './validation';

/** Listeners of a server. */
export function listenersOf(config: ServerPodConfig): readonly ListenerConfig[] {
  switch (config.role) {
    case 'broker':
      return config.advertisedListeners;
    case 'controller':
      return [config.listener];
    case 'zookeeper':
      return [config.listener, config.electionListener];
  }
}

/** Requirements for the certificates of a folder in the pod of a server. */
export function requirementsOf(
  config: ServerPodConfig,
  id: number,
  { folder, hasCertificate, dnsNames }: CertificatesConfig,
): CertificateRequirements {
  const isServed = listenersOf(config).some(({ certificateFolder }) => certificateFolder === folder);
  // Servers are clients of the other servers of their kind, and brokers are clients of the controllers or ZooKeeper.
  const clientFolders =
    config.role === 'broker'
      ? [config.internalListener.certificateFolder, CERTIFICATE_SETS.metadata]
      : [config.listener.certificateFolder];
  const uses: CertificateUse[] = [
    ...(isServed ? (['server'] as const) : []),
    ...(clientFolders.includes(folder) ? (['client'] as const) : []),
  ];
  return { hasCertificate, names: [...(isServed ? [serverHost(config, id)] : []), ...dnsNames], uses };
}
