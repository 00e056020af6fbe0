import { X509Certificate, createPrivateKey } from 'node:crypto';
import { KeyAndCertificate, certificateFacts, makeCa, makeLeaf } from '../../../agent/authority/issue';

const NOW = Date.parse('2027-01-01T00:00:00Z');
const DAY = 86_400;
const SUBJECT = { commonName: 'events-brokers', dnsNames: ['*.events-brokers.prod.svc', 'events-bootstrap'] };

let ca: KeyAndCertificate;

beforeAll(async () => {
  ca = await makeCa('events CA 7', 10 * DAY, NOW);
});

const leaf = (seconds = DAY, subject = SUBJECT) => makeLeaf(ca, subject, seconds, NOW);
const parsed = ({ certificate }: KeyAndCertificate) => new X509Certificate(certificate);

test('a CA can sign certificates and is self-signed', () => {
  const made = parsed(ca);
  expect(made.ca).toBe(true);
  expect(made.subject).toBe('CN=events CA 7');
  expect(made.verify(made.publicKey)).toBe(true);
});

test('a certificate is signed by its CA', async () => {
  const made = parsed(await leaf());
  expect(made.verify(parsed(ca).publicKey)).toBe(true);
  expect(made.checkIssued(parsed(ca))).toBe(true);
  expect(made.ca).toBe(false);
});

test('two CAs with the same name differ by their key', async () => {
  const other = await makeCa('events CA 7', 10 * DAY, NOW);
  expect(parsed(await leaf()).checkIssued(parsed(other))).toBe(false);
});

test('the subject contains only the common name, and all DNS names are included', async () => {
  const made = parsed(await leaf());
  expect(made.subject).toBe('CN=events-brokers');
  expect(made.subjectAltName).toBe('DNS:*.events-brokers.prod.svc, DNS:events-bootstrap');
  expect(made.checkHost('events-streams-1001.events-brokers.prod.svc')).toBeTruthy();
});

test('a certificate allows server and client authentication', async () => {
  expect(parsed(await leaf()).keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
});

test('a client certificate has no DNS names', async () => {
  expect(parsed(await leaf(DAY, { commonName: 'jane', dnsNames: [] })).subjectAltName).toBeUndefined();
});

test.each([
  ['CA', () => makeCa('events CA 8', DAY, NOW)],
  ['certificate', () => leaf()],
])('the key of a %s is PKCS#8 on P-256 and matches the certificate', async (_, make) => {
  const made = await make();
  expect(made.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(createPrivateKey(made.key).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(parsed(made).checkPrivateKey(createPrivateKey(made.key))).toBe(true);
});

test('a certificate is valid five minutes earlier, because clocks differ', async () => {
  expect(certificateFacts((await leaf()).certificate)).toMatchObject({
    notBefore: '2026-12-31T23:55:00.000Z',
    notAfter: '2027-01-02T00:00:00.000Z',
  });
});

test('a certificate never expires after its CA', async () => {
  const { notAfter } = certificateFacts((await leaf(100 * DAY)).certificate);
  expect(notAfter).toBe(certificateFacts(ca.certificate).notAfter);
});

test('serial numbers are unique', async () => {
  const serials = await Promise.all(
    Array.from({ length: 20 }, async () => certificateFacts((await leaf()).certificate).serial),
  );
  expect(new Set(serials).size).toBe(20);
  expect(serials.every((serial) => /^[4-7][0-9a-f]{31}$/.test(serial))).toBe(true);
});

test('the fingerprint is the one of the handshake in lower case without colons', async () => {
  const made = await leaf();
  expect(certificateFacts(made.certificate).fingerprint).toBe(
    parsed(made).fingerprint256.replaceAll(':', '').toLowerCase(),
  );
});
