import { ListenerConfig } from '../../lib/seam/agent-config';
import { Demands } from './fitness';
import { Folder } from './folder';

/** A set of certificates, and what it is for. */
export interface KeptFolder {
  readonly folder: Folder;
  readonly demands: Demands;
  /** Whether the server can take over new ones while it runs. */
  readonly isHot: boolean;
  /** What reads them. */
  readonly server: 'Kafka' | 'ZooKeeper';
  /** Listeners that serve them, or accept clients by them. */
  readonly listeners: readonly ListenerConfig[];
}
