/* Secrets that are damaged, deleted or configured differently. */
import { X509Certificate } from 'node:crypto';
import { ROTATION_ANNOTATIONS } from '../../../lib/seam/agent-config';
import { makeCa, makeLeaf } from '../../../agent/authority/issue';
import { certificateIn, encodeEntry } from '../../../agent/authority/leaf-secret';
import { Recorded, collectEvents, issuer, running, serial, stable } from './running';
import { Killed } from '../kubernetes/object-store';
import { DAY, SECRETS, pkiConfig } from './world';

let recorded: Recorded[];

beforeEach(() => {
  recorded = collectEvents();
});
afterEach(() => jest.restoreAllMocks());

describe('a Secret', () => {
  test.each([
    ['that is deleted', undefined],
    ['that is emptied', { 'tls.crt': '', 'tls.key': '' }],
  ])('%s gets a new certificate at once, with a warning', async (_, data) => {
    const world = await running();
    const before = serial(world);
    const path = `${SECRETS}/events-tls`;
    if (data) world.store.put(path, { ...world.secret('events-tls'), data });
    else world.store.objects.delete(path);
    await world.round();
    expect(serial(world)).not.toBe(before);
    expect(recorded).toMatchObject([{ type: 'Warning', reason: 'CertificateLost' }]);
  });

  test('that a previous process has not written is written again, without a warning', async () => {
    // GIVEN
    const world = await running();
    const before = serial(world);
    world.annotate({ [ROTATION_ANNOTATIONS.renew]: 'jane: a test' });
    world.store.killAfter(0, true);
    await expect(world.round()).rejects.toBeInstanceOf(Killed);
    expect(serial(world)).toBe(before);
    recorded.length = 0;

    // WHEN
    world.restart();
    await world.round();

    // THEN
    expect(serial(world)).not.toBe(before);
    expect(recorded).toEqual([
      expect.objectContaining({
        type: 'Normal',
        reason: 'CertificatesRenewed',
        message: 'cluster: previous certificates in Secrets events-tls, events-client-jane; issuing new ones',
      }),
    ]);
  });

  test('with a certificate of another CA for the same names gets a new certificate, with a warning', async () => {
    const world = await running();
    const { key, certificate } = await makeLeaf(
      await makeCa('another CA', DAY, world.now),
      { commonName: 'events-brokers', dnsNames: ['*.events-brokers'] },
      DAY,
      world.now,
    );
    const secret = world.secret('events-tls')!;
    const data = { ...secret.data, 'tls.crt': encodeEntry(certificate), 'tls.key': encodeEntry(key) };
    world.store.put(`${SECRETS}/events-tls`, { ...secret, data });
    await world.round();
    expect(recorded).toMatchObject([{ type: 'Warning', reason: 'CertificateLost' }]);
  });

  test('with another key gets a new certificate', async () => {
    const world = await running();
    const before = serial(world);
    const secret = world.secret('events-tls')!;
    const other = world.secret('events-client-jane')!.data!['tls.key'];
    world.store.put(`${SECRETS}/events-tls`, { ...secret, data: { ...secret.data, 'tls.key': other } });
    await world.round();
    expect(serial(world)).not.toBe(before);
  });

  test('with other damaged content keeps its certificate, and entries of other clients', async () => {
    const world = await running();
    const before = world.secret('events-tls')!;
    world.store.put(`${SECRETS}/events-tls`, {
      ...before,
      data: { ...before.data, 'ca.crt': '', more: 'eA==' },
    });
    await world.round();
    expect(world.secret('events-tls')!.data).toEqual({ ...before.data, more: 'eA==' });
    expect(recorded).toMatchObject([{ type: 'Warning', reason: 'SecretChanged' }]);
  });

  test('keeps metadata of other clients', async () => {
    const world = await running();
    const secret = world.secret('events-tls')!;
    const metadata = { ...secret.metadata, annotations: { team: 'a' }, labels: { app: 'x', mine: 'y' } };
    world.store.put(`${SECRETS}/events-tls`, { ...secret, metadata });
    await world.round();
    expect(world.secret('events-tls')!.metadata).toMatchObject({
      annotations: { team: 'a' },
      labels: { app: 'events', mine: 'y' },
    });
  });

  test('is issued for a new certificate in the configuration', async () => {
    const config = pkiConfig();
    const world = await running(config);
    const leaf = { secret: 'events-client-joe', commonName: 'joe', dnsNames: [], labels: {} };
    Object.assign(config, { certificates: [...config.certificates, leaf] });
    world.restart();
    await world.round();
    expect(certificateIn(world.secret('events-client-joe')!)).toBeDefined();
  });

  test('gets a new certificate at once if its names change', async () => {
    const config = pkiConfig();
    const world = await running(config);
    const [leaf, ...others] = config.certificates;
    Object.assign(config, { certificates: [{ ...leaf, dnsNames: [...leaf.dnsNames, 'more'] }, ...others] });
    world.restart();
    await world.round();
    expect(new X509Certificate(certificateIn(world.secret('events-tls')!)!.certificate).subjectAltName).toBe(
      'DNS:*.events-brokers, DNS:more',
    );
  });
});

describe('a state', () => {
  test.each([
    ['that is not JSON', { 'state.json': Buffer.from('{').toString('base64') }, /Expected property name/],
    ['that is empty', {}, /state\.json is missing/],
    ['without a key', { 'ca-1.key': undefined }, /ca-1\.key is not the key of ca-1\.crt/],
    ['without a certificate', { 'ca-1.crt': undefined }, /ca-1\.crt does not match state\.json/],
  ])('%s is an operator error and is not overwritten', async (name, change, message) => {
    const world = await running();
    const secret = world.secret('events-ca')!;
    const data = name === 'that is empty' ? {} : { ...secret.data, ...change };
    world.store.put(`${SECRETS}/events-ca`, { ...secret, data });
    const secrets = () => [...world.store.objects.entries()].filter(([path]) => path.startsWith(SECRETS));
    const before = secrets();
    await world.round();
    expect(world.status()).toMatch(/^cannot continue, operator action required: /);
    expect(world.status()).toMatch(message);
    expect(world.status()).toContain('kubectl -n prod delete secret events-ca');
    expect(secrets()).toEqual(before);
  });

  test('that is lost is replaced, and all servers trust each other at any time', async () => {
    const world = await running();
    world.store.objects.delete(`${SECRETS}/events-ca`);
    world.restart();
    await world.until(() => {
      expect(world.trustFailures()).toEqual([]);
      world.reload('events-1001');
      expect(world.trustFailures()).toEqual([]);
      world.reloadAll();
      return world.store.objects.has(`${SECRETS}/events-ca`) && stable(world, 2)();
    });
    expect(issuer(world)).toBe('CN=events CA 2');
  });
});
