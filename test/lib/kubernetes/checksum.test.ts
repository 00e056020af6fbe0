import * as fc from 'fast-check';
import { checksum, kafkaUuid } from '../../../lib/kubernetes/checksum';

describe('checksum', () => {
  // Another algorithm would restart every pod of every existing cluster.
  test('has not changed', () => {
    expect(checksum('a', 'b')).toBe('facdde7abf1eac5b');
  });

  test('is 16 hexadecimal digits', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        expect(checksum(...texts)).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });

  test('changes with each text and with the boundaries between texts', () => {
    const texts = fc.array(fc.string({ maxLength: 3, unit: fc.constantFrom('a', '1', ':') }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(texts, texts, (some, others) => {
        expect(checksum(...some) === checksum(...others)).toBe(
          JSON.stringify(some) === JSON.stringify(others),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('kafkaUuid', () => {
  // Another algorithm would make the disks of every existing cluster foreign.
  test('has not changed', () => {
    expect(kafkaUuid('kafka/events')).toBe('6RPbsmmgN88ViWbKJTNH3A');
  });

  test('is 16 bytes, not reserved by Kafka, and not parsed as an option', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const id = kafkaUuid(name);
        const bytes = Buffer.from(id, 'base64url');
        expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
        expect(bytes).toHaveLength(16);
        expect(bytes.toString('base64url')).toBe(id);
        expect(bytes.readBigUInt64BE(0)).not.toBe(0n);
        expect(kafkaUuid(name)).toBe(id);
      }),
      { numRuns: 2000 },
    );
  });

  // One hash in 64 starts with a dash: about 16 of a thousand names.
  test('never starts with a dash', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => kafkaUuid(`name-${index}`));

    expect(ids.filter((id) => id.startsWith('-'))).toEqual([]);
    expect(new Set(ids).size).toBe(1000);
  });
});
