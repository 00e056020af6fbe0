import { KafkaVersion } from './kafka-version';
import { KAFKA_LINES } from './kafka-settings';

/** Whether a version is of a line that was asked about its settings. */
export function isKnownMinorVersion({ version }: KafkaVersion): boolean {
  return KAFKA_LINES.includes(version.replace(/\.\d+$/, ''));
}

/** The line of Kafka, of those that were asked about their settings, which says most about a version. */
export function knownMinorVersion({ version }: KafkaVersion): string {
  const line = version.replace(/\.\d+$/, '');
  // Whatever a newer Kafka no longer changes it refuses, and agents say so.
  return KAFKA_LINES.includes(line) ? line : KAFKA_LINES[KAFKA_LINES.length - 1];
}
