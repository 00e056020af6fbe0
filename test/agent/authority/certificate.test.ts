import 'reflect-metadata';
import { KeyObject, X509Certificate, createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import {
  caExtensions,
  encodeName,
  encodedSubject,
  leafExtensions,
  signCertificate,
} from '../../../agent/authority/certificate';
import { decodeAll } from '../../../agent/authority/der';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const NOT_BEFORE = new Date('2027-01-01T00:00:00Z');

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const toWebCrypto = (key: KeyObject) =>
  key.type === 'public'
    ? webcrypto.subtle.importKey('spki', der(key), ALGORITHM, true, ['verify'])
    : webcrypto.subtle.importKey('pkcs8', der(key), ALGORITHM, true, ['sign']);
const der = (key: KeyObject) =>
  key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'der' } as never) as never;

/** The part of a certificate that is signed. */
function signedPart(certificate: Uint8Array): string {
  const [{ contents }] = decodeAll(Buffer.from(certificate));
  return decodeAll(contents)[0].whole.toString('hex');
}

describe.each([
  ['a serial number of 16 bytes', '4f'.repeat(16)],
  ['a serial number whose first bit is set', 'f0'.repeat(16)],
])('%s', (_, serialNumber) => {
  test.each([
    ['until 2049', '2049-12-31T23:59:59Z'],
    ['after 2049', '2050-01-01T00:00:00Z'],
  ])('a CA valid %s has the bytes that another implementation gives it', async (_when, end) => {
    // GIVEN
    const { publicKey, privateKey } = newKeys();
    const notAfter = new Date(end);

    // WHEN
    const made = signCertificate(
      {
        serialNumber: Buffer.from(serialNumber, 'hex'),
        issuer: encodeName('events CA 7'),
        subject: encodeName('events CA 7'),
        notBefore: NOT_BEFORE,
        notAfter,
        publicKey,
        extensions: caExtensions(publicKey),
      },
      privateKey,
    );

    // THEN
    const key = (await toWebCrypto(publicKey)) as webcrypto.CryptoKey;
    const expected = await x509.X509CertificateGenerator.create({
      serialNumber,
      subject: [{ CN: ['events CA 7'] }],
      issuer: [{ CN: ['events CA 7'] }],
      notBefore: NOT_BEFORE,
      notAfter,
      publicKey: key,
      signingKey: await toWebCrypto(privateKey),
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(key),
      ],
    } as never);
    expect(signedPart(new X509Certificate(made).raw)).toBe(signedPart(new Uint8Array(expected.rawData)));
  });
});

test.each([
  [
    'many names',
    'events-brokers',
    Array.from({ length: 40 }, (_, id) => `events-streams-${id}.events-brokers.prod.svc`),
  ],
  ['one name', 'events-brokers', ['*.events-brokers']],
  ['no names', 'jane', []],
  ['a common name beyond ASCII', 'Jürgen Müller', []],
  ['a common name with signs', 'jane@example.com', ['a']],
])(
  'a certificate with %s has the bytes that another implementation gives it',
  async (_, commonName, dnsNames) => {
    // GIVEN
    const ca = newKeys();
    const { publicKey } = newKeys();
    const serialNumber = '41'.repeat(16);
    const notAfter = new Date('2028-01-01T00:00:00Z');
    const issuer = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=Another CA, O=Example',
      keys: {
        publicKey: await toWebCrypto(ca.publicKey),
        privateKey: await toWebCrypto(ca.privateKey),
      } as never,
      signingAlgorithm: ALGORITHM,
    });
    const issuerCertificate = new X509Certificate(issuer.toString('pem'));

    // WHEN
    const made = signCertificate(
      {
        serialNumber: Buffer.from(serialNumber, 'hex'),
        issuer: encodedSubject(issuerCertificate),
        subject: encodeName(commonName),
        notBefore: NOT_BEFORE,
        notAfter,
        publicKey,
        extensions: leafExtensions(publicKey, dnsNames, issuerCertificate),
      },
      ca.privateKey,
    );

    // THEN
    const key = (await toWebCrypto(publicKey)) as webcrypto.CryptoKey;
    const names = dnsNames.map((value) => ({ type: 'dns' as const, value }));
    const expected = await x509.X509CertificateGenerator.create({
      serialNumber,
      subject: [{ CN: [commonName] }],
      issuer: issuer.subjectName.toJSON(),
      notBefore: NOT_BEFORE,
      notAfter,
      publicKey: key,
      signingKey: await toWebCrypto(ca.privateKey),
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
        ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
        await x509.SubjectKeyIdentifierExtension.create(key),
        await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ],
    } as never);
    const parsed = new X509Certificate(made);
    expect(signedPart(parsed.raw)).toBe(signedPart(new Uint8Array(expected.rawData)));
    expect(parsed.verify(createPublicKey(ca.publicKey.export({ type: 'spki', format: 'pem' })))).toBe(true);
    expect(parsed.checkIssued(issuerCertificate)).toBe(true);
  },
);
