import { describeLogDirsV4 } from '@platformatic/kafka';
import { KafkaSession, KafkaUnavailable } from './connection';

/** A log directory of a broker. */
export interface DescribedLogDir {
  readonly path: string;
  /** False after an I/O error: Kafka uses the directory again only after a restart. */
  readonly isOnline: boolean;
  /** Size of its file system, and free bytes of it. Absent if the directory is offline. */
  readonly space?: { readonly totalBytes: number; readonly usableBytes: number };
}

/**
 * Describes the log directories of a broker, without their partitions.
 *
 * @param session with that broker
 * @throws KafkaUnavailable if the broker does not describe them
 */
export async function describedLogDirs(session: KafkaSession): Promise<DescribedLogDir[]> {
  const { errorCode, results } = await session.sendAllowingErrors(describeLogDirsV4.api, []);
  if (errorCode !== 0) {
    throw new KafkaUnavailable(`the broker does not describe its log directories: error code ${errorCode}`);
  }
  return results.map(({ errorCode: code, logDir, totalBytes, usableBytes }) => ({
    path: logDir,
    isOnline: code === 0,
    // Kafka returns -1 if it cannot read the size.
    ...(code === 0 && totalBytes >= 0n
      ? { space: { totalBytes: Number(totalBytes), usableBytes: Number(usableBytes) } }
      : {}),
  }));
}
