import { BrokerConfig, ControllerConfig, DiskConfig } from '../../lib/seam/agent-config';
import { Address, KafkaSession } from '../kafka/connection';
import { metadataFolder } from './log-dirs';
import { readFinalizedFeatures } from './metadata-log';
import { FinalizedFeatures, assertReadable } from './supported-features';

const DEADLINE_MS = 4_000;

/**
 * Checks that the version of a server can read the metadata of its cluster.
 *
 * @throws OperatorError if it cannot
 */
export async function assertReadableMetadata(
  { disks, kafkaVersion }: Pick<BrokerConfig | ControllerConfig, 'disks' | 'kafkaVersion'>,
  controllers: readonly Address[],
): Promise<void> {
  const finalized = kafkaVersion === undefined ? undefined : await finalizedFeatures(controllers, disks);
  if (kafkaVersion !== undefined && finalized !== undefined) {
    assertReadable(kafkaVersion, finalized);
  }
}

/**
 * Finds out which features the cluster has finalized: from the first controller that answers, else from the metadata on the disk.
 *
 * @returns undefined for a new cluster
 */
async function finalizedFeatures(
  controllers: readonly Address[],
  disks: readonly DiskConfig[],
): Promise<FinalizedFeatures | undefined> {
  const answers = controllers.map(async (address): Promise<FinalizedFeatures> => {
    const levels = await KafkaSession.with(address, DEADLINE_MS, async ({ features }) => features);
    if (!levels.has('metadata.version')) {
      throw new Error('it has not read the metadata yet');
    }
    return { levels, source: `${address.host}:${address.port}` };
  });
  return Promise.any(answers).catch(() => fromDisks(disks));
}

async function fromDisks(disks: readonly DiskConfig[]): Promise<FinalizedFeatures | undefined> {
  for (const { logDir } of disks) {
    const levels = await readFinalizedFeatures(logDir).catch(() => new Map<string, number>());
    if (levels.size > 0) {
      return { levels, source: metadataFolder(logDir) };
    }
  }
  return undefined;
}
