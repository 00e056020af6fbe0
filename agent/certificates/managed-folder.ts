import { ListenerConfig } from '../../lib/seam/agent-config';
import { CertificateRequirements } from './validation';
import { Folder } from './folder';

/** A set of certificates and its use. */
export interface ManagedFolder {
  readonly folder: Folder;
  readonly requirements: CertificateRequirements;
  /** True if the server can reload the certificates while it runs. */
  readonly isDynamic: boolean;
  /** Server that reads the certificates. */
  readonly server: 'Kafka' | 'ZooKeeper';
  /** Listeners that serve these certificates or authenticate clients with them. */
  readonly listeners: readonly ListenerConfig[];
}
