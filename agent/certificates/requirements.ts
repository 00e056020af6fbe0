import {
  CERTIFICATE_SETS,
  CertificatesConfig,
  ListenerConfig,
  ServerPodConfig,
} from '../../lib/seam/agent-config';
import { serverHost } from '../kafka/addresses';
import { CertificateUse } from './chain';
import { CertificateRequirements } from './validation';

/** The listeners of a server. */
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

/** What the certificates in a folder have to be good for in the pod of a server. */
export function requirementsOf(
  config: ServerPodConfig,
  id: number,
  { folder, hasCertificate: hasLeaf, dnsNames }: CertificatesConfig,
): CertificateRequirements {
  const isServed = listenersOf(config).some(({ certificateFolder: certificates }) => certificates === folder);
  // Servers of one kind are clients of each other, and brokers those of the metadata.
  const asClient =
    config.role === 'broker'
      ? [config.internalListener.certificateFolder, CERTIFICATE_SETS.metadata]
      : [config.listener.certificateFolder];
  const uses: CertificateUse[] = [
    ...(isServed ? (['server'] as const) : []),
    ...(asClient.includes(folder) ? (['client'] as const) : []),
  ];
  return { hasLeaf, names: [...(isServed ? [serverHost(config, id)] : []), ...dnsNames], uses };
}
