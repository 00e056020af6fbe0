import { createHash } from 'crypto';

/** A short digest that changes whenever one of the texts does. */
export function checksum(...texts: string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) {
    // The length keeps ['ab', 'c'] and ['a', 'bc'] apart.
    hash.update(`${text.length}:${text}`);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * A Kafka UUID (16 bytes, URL-safe base64) that depends on nothing but the name.
 *
 * Kafka reserves ids whose first 8 bytes are zero, and its tools take one that starts with a dash for an option:
 * a hash with either is replaced by the next one.
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
