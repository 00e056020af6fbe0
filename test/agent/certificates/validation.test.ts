import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  CertificateRequirements,
  SourceFiles,
  toStoreFiles,
  validateFiles,
  parseStores,
} from '../../../agent/certificates/validation';
import { Issued, TestAuthority } from './test-authority';

const DAY = 86_400_000;
const HOST = 'events-streams-1001.events-brokers.prod.svc';
const REQUIREMENTS: CertificateRequirements = {
  hasCertificate: true,
  names: [HOST],
  uses: ['server', 'client'],
};
const NAMES = { dnsNames: ['events-brokers.prod.svc', '*.events-brokers.prod.svc'] };

let ca: TestAuthority;
let other: TestAuthority;
let leaf: Issued;

beforeAll(async () => {
  ca = await TestAuthority.create('ca');
  other = await TestAuthority.create('other');
  leaf = await ca.issue(NAMES);
});

function files(change: Partial<SourceFiles> = {}): SourceFiles {
  return { certificate: leaf.certificate, key: leaf.key, trusted: ca.certificate, ...change };
}

function of({ certificate, key }: Issued, trusted = ca.certificate): SourceFiles {
  return { certificate, key, trusted };
}

function reason(source: SourceFiles, requirements = REQUIREMENTS, now = Date.now()): string | undefined {
  const result = validateFiles(source, requirements, now);
  return result.isValid ? undefined : result.reason;
}

test('a certificate for the host by a trusted CA is valid', () => {
  expect(reason(files())).toBeUndefined();
});

test.each<[string, Partial<SourceFiles>, string]>([
  ['no certificate', { certificate: '' }, 'tls.crt is empty'],
  ['no PEM certificate', { certificate: 'hello' }, 'tls.crt contains no PEM certificate'],
  ['no key', { key: '\n' }, 'tls.key is empty'],
  ['no PEM private key', { key: 'x' }, 'tls.key contains no PEM private key'],
  ['no CA', { trusted: '' }, 'ca.crt is empty'],
])('reports that there is %s', (_, change, expected) => {
  expect(reason(files(change))).toBe(expected);
});

test('reports which certificate of several is damaged', () => {
  const damaged = ca.certificate.replace(/\n.{10}/, '\nAAAAAAAAAA');
  expect(reason(files({ trusted: `${other.certificate}${damaged}` }))).toMatch(
    /^ca\.crt: certificate 2 of 2 cannot be read: ./,
  );
});

test('a truncated file is invalid', () => {
  const { certificate } = leaf;
  expect(reason(files({ certificate: certificate.slice(0, certificate.length / 2) }))).toBe(
    'tls.crt contains no PEM certificate',
  );
});

test('reports that the key belongs to another certificate', async () => {
  const { key } = await ca.issue(NAMES);
  expect(reason(files({ key }))).toBe('tls.key is not the key of the certificate in tls.crt');
});

test('reports a chain that begins with the root', () => {
  expect(reason(files({ certificate: ca.certificate + leaf.certificate }))).toBe(
    "tls.crt begins with 'CN=ca', and tls.key is the key of certificate 2; write the certificate of the key first, then its " +
      'intermediates',
  );
});

test('reports missing names', async () => {
  const narrow = await ca.issue({ dnsNames: ['events-brokers.prod.svc'] });
  expect(reason(of(narrow))).toBe(
    `the certificate is not valid for ${HOST}; its names are: DNS:events-brokers.prod.svc`,
  );
});

test('the common name does not count as a name of the server', async () => {
  const nameless = await ca.issue({ commonName: HOST, dnsNames: [] });
  expect(reason(of(nameless))).toBe(`the certificate is not valid for ${HOST}; its names are: none`);
});

test.each([
  ['before its validity', -2, /^the certificate is not valid before .*Z$/],
  ['after its expiry', 31, /^the certificate expired at .*Z$/],
])('is invalid %s', (_, days, expected) => {
  expect(reason(files(), REQUIREMENTS, Date.now() + days * DAY)).toMatch(expected);
});

test('reports the issuer if it is not trusted', () => {
  expect(reason(files({ trusted: other.certificate }))).toBe(
    "the certificate was issued by 'CN=ca', which is not a trusted CA (name and key)",
  );
});

test('a CA with the name of a trusted CA and another key is not trusted', async () => {
  const impostor = await TestAuthority.create('ca');
  expect(reason(files({ trusted: impostor.certificate }))).toMatch(
    /^the certificate was issued by 'CN=ca', which is not a trusted CA/,
  );
});

test('an expired CA is not trusted', async () => {
  const old = await TestAuthority.create('old', { from: -9, to: -1 });
  expect(reason(of(await old.issue(NAMES), old.certificate))).toMatch(/^its CA 'CN=old' expired at /);
});

test('an expired CA in a bundle does not matter if another CA is trusted', async () => {
  const old = await TestAuthority.create('old', { from: -9, to: -1 });
  expect(reason(files({ trusted: `${old.certificate}${ca.certificate}` }))).toBeUndefined();
});

describe('with an intermediate CA', () => {
  let intermediate: TestAuthority;
  let issued: Issued;

  beforeAll(async () => {
    intermediate = await ca.intermediate('intermediate');
    issued = await intermediate.issue(NAMES);
  });

  test('in the chain, the certificate is valid', () => {
    const chain = { ...issued, certificate: `${issued.certificate}${intermediate.certificate}` };
    expect(reason(of(chain))).toBeUndefined();
  });

  test('in the bundle, the certificate is valid', () => {
    expect(reason(of(issued, intermediate.certificate))).toBeUndefined();
  });

  test('that is missing, the certificate is invalid', () => {
    expect(reason(of(issued))).toMatch(
      /^the certificate was issued by 'CN=intermediate', which is not a trusted CA/,
    );
  });

  test('of an untrusted root, the reason names the root', () => {
    const chain = { ...issued, certificate: `${issued.certificate}${intermediate.certificate}` };
    expect(reason(of(chain, other.certificate))).toBe(
      "its CA 'CN=intermediate' was issued by 'CN=ca', which is not a trusted CA (name and key)",
    );
  });

  test('that is not a CA, the certificate is invalid', async () => {
    // GIVEN a certificate that is signed with the key of a server
    const server = await ca.issue({ ...NAMES, commonName: 'intermediate' });
    const chain = { ...issued, certificate: `${issued.certificate}${server.certificate}` };
    expect(reason(of(chain))).toMatch(
      /^the certificate was issued by 'CN=intermediate', which is not a trusted CA/,
    );
  });
});

describe('uses:', () => {
  test('a certificate for servers only is invalid for brokers', async () => {
    const server = await ca.issue({ ...NAMES, uses: ['server'] });
    expect(reason(of(server))).toBe(
      'the extended key usage of the certificate does not allow client authentication; issue it with this usage, or without extended key usages',
    );
  });

  test('a certificate for servers only is valid for a client listener', async () => {
    const server = await ca.issue({ ...NAMES, uses: ['server'] });
    expect(reason(of(server), { ...REQUIREMENTS, uses: ['server'] })).toBeUndefined();
  });

  test('a certificate for servers and clients is valid', async () => {
    expect(reason(of(await ca.issue({ ...NAMES, uses: ['server', 'client'] })))).toBeUndefined();
  });
});

describe('keys:', () => {
  test.each([
    ['EC in SEC1', () => createPrivateKey(leaf.key).export({ type: 'sec1', format: 'pem' }).toString()],
    ['EC in PKCS#8', () => leaf.key],
  ])('%s is converted to PKCS#8', (_, format) => {
    const result = validateFiles(files({ key: format() }), REQUIREMENTS, Date.now());
    expect(result.isValid && toStoreFiles(result.stores).keyStore).toBe(`${leaf.key}${leaf.certificate}`);
  });

  test('RSA in PKCS#1 is converted to PKCS#8', async () => {
    const rsa = await ca.issue({ ...NAMES, algorithm: 'rsa' });
    const key = createPrivateKey(rsa.key).export({ type: 'pkcs1', format: 'pem' }).toString();
    expect(key).toContain('BEGIN RSA PRIVATE KEY');
    const result = validateFiles(of({ ...rsa, key }), REQUIREMENTS, Date.now());
    expect(result.isValid && toStoreFiles(result.stores).keyStore).toBe(`${rsa.key}${rsa.certificate}`);
  });

  test('EC parameters before the key are ignored', () => {
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    const key = createPrivateKey(leaf.key).export({ type: 'sec1', format: 'pem' }).toString();
    expect(reason(files({ key: `${parameters}${key}` }))).toBeUndefined();
  });

  test('an encrypted key is invalid', () => {
    const key = createPrivateKey(leaf.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
      .toString();
    expect(reason(files({ key }))).toBe(
      'tls.key contains an encrypted key; store the key without a password',
    );
  });

  test.each([
    ['ed25519', generateKeyPairSync('ed25519').privateKey],
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
  ])('%s is invalid, because Kafka cannot read it', (kind, key) => {
    expect(reason(files({ key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }))).toBe(
      `tls.key contains a key of type ${kind}; Kafka supports RSA, and EC with prime256v1, secp384r1, secp521r1`,
    );
  });
});

describe('a folder with only CAs', () => {
  test('is valid with a CA', () => {
    const source = { certificate: '', key: '', trusted: ca.certificate };
    const result = validateFiles(source, { hasCertificate: false, names: [], uses: [] }, Date.now());
    expect(result.isValid && toStoreFiles(result.stores)).toEqual({
      keyStore: undefined,
      trustStore: ca.certificate,
    });
  });

  test('is invalid without a CA', () => {
    const source = { certificate: '', key: '', trusted: '' };
    expect(reason(source, { hasCertificate: false, names: [], uses: [] })).toBe('ca.crt is empty');
  });
});

test('written stores can be parsed', () => {
  const result = validateFiles(
    files({ trusted: `${other.certificate}${ca.certificate}` }),
    REQUIREMENTS,
    Date.now(),
  );
  const written = toStoreFiles((result as { stores: ReturnType<typeof parseStores> }).stores);
  expect(toStoreFiles(parseStores(written))).toEqual(written);
});

test('the order of CAs and duplicates do not change the truststore', () => {
  const texts = [
    `${other.certificate}${ca.certificate}`,
    `# comment\n${ca.certificate}\n\n${other.certificate}${ca.certificate}`,
  ].map((trusted) => {
    const result = validateFiles(files({ trusted }), REQUIREMENTS, Date.now());
    return result.isValid && toStoreFiles(result.stores).trustStore;
  });
  expect(texts[0]).toBe(texts[1]);
});
