import fc from 'fast-check';
import { hasReference, replaceReferences } from '../../../lib/kafka/references';

/** The pattern of Kafka, in org.apache.kafka.common.config.ConfigTransformer. */
const KAFKA = /\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}/g;

const anyValue = fc
  .array(fc.constantFrom('$', '{', '}', ':', '${', 'a', ' ', '\n', '${file:/a:b}'), { maxLength: 20 })
  .map((parts) => parts.join(''));

test('references are those of Kafka', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(replaceReferences(value, '<>')).toBe(value.replace(KAFKA, '<>'));
      expect(hasReference(value)).toBe(value.search(KAFKA) >= 0);
    }),
  );
});

test.each(['${:', '${', '$', '${a:b', ':}'])('a long value of %j is read in linear time', (part) => {
  expect(hasReference(part.repeat(1_000_000))).toBe(false);
});
