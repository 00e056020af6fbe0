import { createHash } from 'crypto';

/** A short digest of texts. It changes if one of the texts changes. */
export function checksum(...texts: string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) {
    // With the length, ['ab', 'c'] and ['a', 'bc'] have different digests.
    hash.update(`${text.length}:${text}`);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * A Kafka UUID (16 bytes, URL-safe base64) that depends only on the name.
 *
 * Kafka reserves ids whose first 8 bytes are zero, and its tools parse an id that starts with a dash as an option. The function
 * skips such hashes and uses the next one.
 */
export function kafkaUuid(name: string): string {
  for (let attempt = 0; ; attempt++) {
    const bytes = createHash('sha256').update(`${name}#${attempt}`).digest().subarray(0, 16);
    const text = bytes.toString('base64url');
    if (!text.startsWith('-') && bytes.subarray(0, 8).some((byte) => byte !== 0)) {
      return text;
    }
  }
}
