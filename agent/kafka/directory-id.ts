/*
 * Ids of log directories. Kafka prints their 16 bytes as base64 for URLs, and the client library in hexadecimal.
 */

/** The id of directories of a static quorum, which has no ids of directories. */
const NONE = '00000000-0000-0000-0000-000000000000';

/** Converts the hexadecimal form to the form of Kafka; undefined for the id that stands for none. */
export function fromUuid(uuid: string): string | undefined {
  return uuid === NONE ? undefined : Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
}

/** Converts the form of Kafka to the hexadecimal form. */
export function toUuid(id: string): string {
  return Buffer.from(id, 'base64url').toString('hex');
}
