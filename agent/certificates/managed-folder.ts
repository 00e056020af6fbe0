import { ListenerConfig } from '../../lib/seam/agent-config';
import { CertificateRequirements } from './validation';
import { Folder } from './folder';

/** A set of certificates, and what it is for. */
export interface ManagedFolder {
  readonly folder: Folder;
  readonly requirements: CertificateRequirements;
  /** Whether the server can take over new ones while it runs. */
  readonly isDynamic: boolean;
  /** What reads them. */
  readonly server: 'Kafka' | 'ZooKeeper';
  /** Listeners that serve them, or accept clients by them. */
  readonly listeners: readonly ListenerConfig[];
}
