import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { CertificateRequirements, SourceFiles, toStoreFiles, validateFiles, parseStores } from '../../../agent/certificates/validation';
import { Issued, TestAuthority } from './test-authority';

const DAY = 86_400_000;
const HOST = 'events-streams-1001.events-brokers.prod.svc';
const DEMANDS: CertificateRequirements = { hasLeaf: true, names: [HOST], uses: ['server', 'client'] };
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

function reason(source: SourceFiles, demands = DEMANDS, now = Date.now()): string | undefined {
  const fitness = validateFiles(source, demands, now);
  return fitness.isValid ? undefined : fitness.reason;
}

test('a certificate for the host by a trusted CA is fit', () => {
  expect(reason(files())).toBeUndefined();
});

test.each<[string, Partial<SourceFiles>, string]>([
  ['no certificate', { certificate: '' }, 'tls.crt is empty'],
  ['something else', { certificate: 'hello' }, 'tls.crt holds no certificate in PEM'],
  ['no key', { key: '\n' }, 'tls.key is empty'],
  ['a certificate as the key', { key: 'x' }, 'tls.key holds no private key in PEM'],
  ['no CA', { trusted: '' }, 'ca.crt is empty'],
])('says that there is %s', (_, change, expected) => {
  expect(reason(files(change))).toBe(expected);
});

test('says which certificate of several is damaged', () => {
  const damaged = ca.certificate.replace(/\n.{10}/, '\nAAAAAAAAAA');
  expect(reason(files({ trusted: `${other.certificate}${damaged}` }))).toMatch(
    /^ca\.crt: certificate 2 of 2 cannot be read: ./,
  );
});

test('half a file is not fit', () => {
  const { certificate } = leaf;
  expect(reason(files({ certificate: certificate.slice(0, certificate.length / 2) }))).toBe(
    'tls.crt holds no certificate in PEM',
  );
});

test('says that the key is of another certificate', async () => {
  const { key } = await ca.issue(NAMES);
  expect(reason(files({ key }))).toBe('tls.key is not the key of the certificate in tls.crt');
});

test('says which names are missing', async () => {
  const narrow = await ca.issue({ dnsNames: ['events-brokers.prod.svc'] });
  expect(reason(of(narrow))).toBe(
    `the certificate is not valid for ${HOST}, only for DNS:events-brokers.prod.svc`,
  );
});

test('a common name is no name of a server', async () => {
  const nameless = await ca.issue({ commonName: HOST, dnsNames: [] });
  expect(reason(of(nameless))).toBe(`the certificate is not valid for ${HOST}, only for no name`);
});

test.each([
  ['before it begins', -2, /^the certificate is valid from .* on only$/],
  ['after its end', 31, /^the certificate expired at .*Z$/],
])('is not fit %s', (_, days, expected) => {
  expect(reason(files(), DEMANDS, Date.now() + days * DAY)).toMatch(expected);
});

test('says who issued it when that CA is not trusted', () => {
  expect(reason(files({ trusted: other.certificate }))).toBe(
    "the certificate was issued by 'CN=ca', and no trusted CA with that name and key is there",
  );
});

test('the name of a trusted CA is not enough', async () => {
  const impostor = await TestAuthority.create('ca');
  expect(reason(files({ trusted: impostor.certificate }))).toMatch(
    /^the certificate was issued by 'CN=ca', and no/,
  );
});

test('a CA that has expired vouches for nobody', async () => {
  const old = await TestAuthority.create('old', { from: -9, to: -1 });
  expect(reason(of(await old.issue(NAMES), old.certificate))).toMatch(/^its CA 'CN=old' expired at /);
});

test('the old CA in a bundle may have expired', async () => {
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

  test('that comes along, it is fit', () => {
    const chain = { ...issued, certificate: `${issued.certificate}${intermediate.certificate}` };
    expect(reason(of(chain))).toBeUndefined();
  });

  test('that is itself trusted, it is fit', () => {
    expect(reason(of(issued, intermediate.certificate))).toBeUndefined();
  });

  test('that is missing, the certificate is not fit', () => {
    expect(reason(of(issued))).toMatch(/^the certificate was issued by 'CN=intermediate', and no trusted CA/);
  });

  test('of an untrusted root, it says which one is missing', () => {
    const chain = { ...issued, certificate: `${issued.certificate}${intermediate.certificate}` };
    expect(reason(of(chain, other.certificate))).toBe(
      "its CA 'CN=intermediate' was issued by 'CN=ca', and no trusted CA with that name and key is there",
    );
  });

  test('that is a server, it is not fit', async () => {
    // GIVEN a certificate that a mere server has signed with its own key
    const server = await ca.issue({ ...NAMES, commonName: 'intermediate' });
    const chain = { ...issued, certificate: `${issued.certificate}${server.certificate}` };
    expect(reason(of(chain))).toMatch(/^the certificate was issued by 'CN=intermediate', and no/);
  });
});

describe('uses:', () => {
  test('a certificate for servers only cannot be that of brokers', async () => {
    const server = await ca.issue({ ...NAMES, uses: ['server'] });
    expect(reason(of(server))).toBe(
      'the certificate is not for use as client; its issuer must allow that, or name no use at all',
    );
  });

  test('it can be that of a listener for clients', async () => {
    const server = await ca.issue({ ...NAMES, uses: ['server'] });
    expect(reason(of(server), { ...DEMANDS, uses: ['server'] })).toBeUndefined();
  });

  test('one for both is fit', async () => {
    expect(reason(of(await ca.issue({ ...NAMES, uses: ['server', 'client'] })))).toBeUndefined();
  });
});

describe('keys:', () => {
  test.each([
    ['EC in SEC1', () => createPrivateKey(leaf.key).export({ type: 'sec1', format: 'pem' }).toString()],
    ['EC in PKCS#8', () => leaf.key],
  ])('%s becomes PKCS#8', (_, format) => {
    const fitness = validateFiles(files({ key: format() }), DEMANDS, Date.now());
    expect(fitness.isValid && toStoreFiles(fitness.stores).keyStore).toBe(`${leaf.key}${leaf.certificate}`);
  });

  test('RSA in PKCS#1 becomes PKCS#8', async () => {
    const rsa = await ca.issue({ ...NAMES, algorithm: 'rsa' });
    const key = createPrivateKey(rsa.key).export({ type: 'pkcs1', format: 'pem' }).toString();
    expect(key).toContain('BEGIN RSA PRIVATE KEY');
    const fitness = validateFiles(of({ ...rsa, key }), DEMANDS, Date.now());
    expect(fitness.isValid && toStoreFiles(fitness.stores).keyStore).toBe(`${rsa.key}${rsa.certificate}`);
  });

  test('parameters before an EC key do not matter', () => {
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    const key = createPrivateKey(leaf.key).export({ type: 'sec1', format: 'pem' }).toString();
    expect(reason(files({ key: `${parameters}${key}` }))).toBeUndefined();
  });

  test('a key with a password is refused', () => {
    const key = createPrivateKey(leaf.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
      .toString();
    expect(reason(files({ key }))).toBe('tls.key holds an encrypted key; store it without a password');
  });

  test.each([
    ['ed25519', generateKeyPairSync('ed25519').privateKey],
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
  ])('%s is refused, since Kafka cannot read it', (kind, key) => {
    expect(reason(files({ key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }))).toBe(
      `tls.key holds a key of kind ${kind}; Kafka takes RSA, and EC on prime256v1, secp384r1, secp521r1`,
    );
  });
});

describe('a folder with CAs only', () => {
  test('is fit when it has one', () => {
    const source = { certificate: '', key: '', trusted: ca.certificate };
    const fitness = validateFiles(source, { hasLeaf: false, names: [], uses: [] }, Date.now());
    expect(fitness.isValid && toStoreFiles(fitness.stores)).toEqual({
      keyStore: undefined,
      trustStore: ca.certificate,
    });
  });

  test('is not fit when it is empty', () => {
    const source = { certificate: '', key: '', trusted: '' };
    expect(reason(source, { hasLeaf: false, names: [], uses: [] })).toBe('ca.crt is empty');
  });
});

test('what is written can be read again', () => {
  const fitness = validateFiles(
    files({ trusted: `${other.certificate}${ca.certificate}` }),
    DEMANDS,
    Date.now(),
  );
  const written = toStoreFiles((fitness as { stores: ReturnType<typeof parseStores> }).stores);
  expect(toStoreFiles(parseStores(written))).toEqual(written);
});

test('the order of CAs, and one that comes twice, change nothing', () => {
  const texts = [
    `${other.certificate}${ca.certificate}`,
    `# comment\n${ca.certificate}\n\n${other.certificate}${ca.certificate}`,
  ].map((trusted) => {
    const fitness = validateFiles(files({ trusted }), DEMANDS, Date.now());
    return fitness.isValid && toStoreFiles(fitness.stores).trustStore;
  });
  expect(texts[0]).toBe(texts[1]);
});
