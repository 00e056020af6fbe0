/* Certificates for tests, as issuers would create them. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { KeyObject, webcrypto } from 'node:crypto';

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
const DAY = 86_400_000;
const EXTENDED = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth };

/** Properties of a certificate. */
export interface CertificateOptions {
  readonly commonName?: string;
  readonly dnsNames?: readonly string[];
  readonly uses?: readonly ('server' | 'client')[];
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  readonly algorithm?: 'ec' | 'rsa';
}

/** A key and its certificate, PEM. */
export interface Issued {
  readonly key: string;
  readonly certificate: string;
}

let serial = 1;

/** A CA that issues any certificate. */
export class TestAuthority {
  private constructor(
    readonly name: string,
    private readonly keys: webcrypto.CryptoKeyPair,
    /** Certificate of the CA, PEM. */
    readonly certificate: string,
  ) {}

  /** Creates a root CA. */
  static async create(
    name: string,
    { from = -1, to = 365 }: CertificateOptions = {},
  ): Promise<TestAuthority> {
    const keys = await generate('ec');
    const cert = await x509.X509CertificateGenerator.createSelfSigned({
      ...life(from, to),
      name: `CN=${name}`,
      keys,
      signingAlgorithm: EC,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
    return new TestAuthority(name, keys, pem(cert));
  }

  /** Creates an intermediate CA of this CA. */
  async intermediate(name: string, { from = -1, to = 365 }: CertificateOptions = {}): Promise<TestAuthority> {
    const keys = await generate('ec');
    const cert = await this.sign(`CN=${name}`, keys.publicKey, from, to, [
      new x509.BasicConstraintsExtension(true, undefined, true),
    ]);
    return new TestAuthority(name, keys, cert);
  }

  /** Creates another certificate for this CA, with the same name and key, issued by itself. */
  async renewed(): Promise<string> {
    return this.sign(`CN=${this.name}`, this.keys.publicKey, -1, 365, [
      new x509.BasicConstraintsExtension(true, undefined, true),
    ]);
  }

  /** Issues a certificate for a server or client. */
  async issue(options: CertificateOptions = {}): Promise<Issued> {
    const { commonName = 'brokers', dnsNames = ['localhost'], uses, from = -1, to = 30 } = options;
    const keys = await generate(options.algorithm ?? 'ec');
    const certificate = await this.sign(`CN=${commonName}`, keys.publicKey, from, to, [
      ...(dnsNames.length > 0
        ? [new x509.SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value })))]
        : []),
      ...(uses ? [new x509.ExtendedKeyUsageExtension(uses.map((use) => EXTENDED[use]))] : []),
    ]);
    return {
      key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
      certificate,
    };
  }

  private async sign(
    subject: string,
    publicKey: webcrypto.CryptoKey,
    from: number,
    to: number,
    extensions: x509.Extension[],
  ): Promise<string> {
    return pem(
      await x509.X509CertificateGenerator.create({
        ...life(from, to),
        subject,
        issuer: `CN=${this.name}`,
        publicKey,
        signingKey: this.keys.privateKey,
        signingAlgorithm: EC,
        extensions,
      }),
    );
  }
}

function life(from: number, to: number) {
  const now = Date.now();
  return {
    serialNumber: (serial++).toString(16).padStart(8, '0'),
    notBefore: new Date(now + from * DAY),
    notAfter: new Date(now + to * DAY),
  };
}

function generate(algorithm: 'ec' | 'rsa'): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm === 'ec' ? EC : RSA, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
