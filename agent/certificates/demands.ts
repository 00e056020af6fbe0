import {
  CERTIFICATES,
  CertificatesConfig,
  ListenerConfig,
  ServerPodConfig,
} from '../../lib/seam/agent-config';
import { hostOf } from '../kafka/addresses';
import { Use } from './chain';
import { Demands } from './fitness';

/** The listeners of a server. */
export function listenersOf(config: ServerPodConfig): readonly ListenerConfig[] {
  switch (config.role) {
    case 'broker':
      return config.advertised;
    case 'controller':
      return [config.listener];
    case 'zookeeper':
      return [config.listener, config.election];
  }
}

/** What the certificates in a folder have to be good for in the pod of a server. */
export function demandsOf(
  config: ServerPodConfig,
  id: number,
  { folder, hasLeaf, dnsNames }: CertificatesConfig,
): Demands {
  const isServed = listenersOf(config).some(({ certificates }) => certificates === folder);
  // Servers of one kind are clients of each other, and brokers those of the metadata.
  const asClient =
    config.role === 'broker'
      ? [config.internal.certificates, CERTIFICATES.metadata]
      : [config.listener.certificates];
  const uses: Use[] = [
    ...(isServed ? (['server'] as const) : []),
    ...(asClient.includes(folder) ? (['client'] as const) : []),
  ];
  return { hasLeaf, names: [...(isServed ? [hostOf(config, id)] : []), ...dnsNames], uses };
}
