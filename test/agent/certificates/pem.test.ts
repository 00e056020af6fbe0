import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { untrustedReason } from '../../../agent/certificates/chain';
import { blocksIn } from '../../../agent/certificates/pem';
import { TestAuthority } from './test-authority';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

afterEach(() => jest.restoreAllMocks());

test('blocks are those of a regular expression', () => {
  const parts = fc.array(fc.constantFrom(BEGIN, END, '\n', 'MIIB', '-----', 'BEGIN'));
  fc.assert(
    fc.property(parts, (texts) => {
      const text = texts.join('');
      expect(blocksIn(text)).toEqual(
        text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [],
      );
    }),
  );
});

test.each([
  ['without an end', BEGIN.repeat(1_000), 0],
  ['with one end', `${BEGIN.repeat(1_000)}${END}`, 1],
  ['each with an end', `${BEGIN}${END}`.repeat(1_000), 1_000],
])('a bundle of many beginnings %s is searched once', (_, text, blocks) => {
  const search = jest.spyOn(String.prototype, 'indexOf');
  expect(blocksIn(text)).toHaveLength(blocks);
  // Each search begins where the last one ended, except the one that finds no end.
  expect(search.mock.calls.length).toBeLessThanOrEqual(2 * blocks + 3);
});

test('CAs that have issued each other are visited once', async () => {
  const [ca, other] = [await TestAuthority.create('ca'), await TestAuthority.create('other')];
  const leaf = await ca.issue();
  const renewed = await Promise.all(Array.from({ length: 7 }, () => ca.renewed()));
  const verify = jest.spyOn(X509Certificate.prototype, 'verify');
  const chain = [leaf.certificate, ...renewed].map((text) => new X509Certificate(text));
  const reason = untrustedReason(chain, [new X509Certificate(other.certificate)], Date.now());
  expect(reason).toContain('which is not a trusted CA');
  expect(verify.mock.calls.length).toBeLessThanOrEqual(8 * 8);
});
