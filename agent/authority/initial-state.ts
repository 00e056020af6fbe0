/*
 * Creates the first state. If certificates are in use and their state is lost, their CA stays trusted while a new CA
 * replaces it, as in any rotation. Only the key of the old CA is missing.
 */
import { X509Certificate } from 'node:crypto';
import { PkiConfig } from '../../lib/seam/agent-config';
import { KeyAndCertificate, certificateFacts, makeCa } from './issue';
import { SecretObject, certificateIn, trustedIn } from './leaf-secret';
import { Requests, markHandled } from './requests';
import { CaRecord, LeafRecord, PkiState, firstState, iso, withNewCa, withRollout } from './state';

/** A state with its CAs by number. */
export interface InitialState {
  readonly state: PkiState;
  readonly cas: ReadonlyMap<number, KeyAndCertificate>;
}

/** Creates the first state. Requests that exist at this time count as handled. */
export async function createInitialState(
  config: PkiConfig,
  found: ReadonlyMap<string, SecretObject | undefined>,
  requests: Requests,
  now: number,
): Promise<InitialState> {
  const handledRequests = markHandled(requests, {});
  const old = trustedCasIn(found, now);
  const created = await createNumberedCa(config, Math.max(0, ...old.map((ca) => ca.record.number)) + 1, now);
  const cas = new Map([...old, created].map(({ record, pair }) => [record.number, pair]));
  if (old.length === 0) {
    return { state: firstState(created.record, handledRequests, now), cas };
  }
  const adopted: PkiState = {
    ...firstState(old[0].record, handledRequests, now),
    cas: old.map((ca) => ca.record),
    certificates: leafRecordsIn(config, found, old, now),
  };
  return {
    state: withRollout(withNewCa(adopted, created.record, now), config, now, config.restartNoticeSeconds),
    cas,
  };
}

/** Creates a CA and its record. */
export async function createNumberedCa(config: PkiConfig, number: number, now: number): Promise<NumberedCa> {
  const pair = await makeCa(`${config.commonName} ${number}`, config.caLifetimeSeconds, now);
  const { fingerprint, serial, notAfter } = certificateFacts(pair.certificate);
  return { pair, record: { number, fingerprint, serial, issued: iso(now), notAfter } };
}

/** A CA with its record. */
export interface NumberedCa {
  readonly record: CaRecord;
  readonly pair: KeyAndCertificate;
}

/** Trusted CAs of the certificates in use, starting with the CA that signed most of them. */
function trustedCasIn(found: ReadonlyMap<string, SecretObject | undefined>, now: number): NumberedCa[] {
  const uses = new Map<string, number>();
  for (const object of found.values()) {
    const leaf = object && certificateIn(object);
    const bundle = object ? trustedIn(object) : [];
    const signer = leaf && bundle.find((pem) => isSignedBy(leaf.certificate, pem, now));
    // Include the other CAs of the bundle: certificates of them may still be in use.
    for (const pem of signer === undefined ? [] : bundle) {
      uses.set(pem, (uses.get(pem) ?? 0) + (pem === signer ? 1 : 0));
    }
  }
  const taken = new Set<number>();
  return [...uses]
    .sort(([, a], [, b]) => b - a)
    .map(([pem]) => {
      const { fingerprint, serial, notAfter, notBefore } = certificateFacts(pem);
      let number = Number(/ (\d{1,9})$/.exec(new X509Certificate(pem).subject)?.[1] ?? 0);
      while (taken.has(number)) number++;
      taken.add(number);
      const record = { number, fingerprint, serial, issued: notBefore, notAfter, keyless: true as const };
      return { record, pair: { certificate: `${pem}\n`, key: '' } };
    });
}

function leafRecordsIn(
  config: PkiConfig,
  found: ReadonlyMap<string, SecretObject | undefined>,
  cas: readonly NumberedCa[],
  now: number,
): Record<string, LeafRecord> {
  const entries = config.certificates.flatMap(({ secret, commonName, dnsNames }) => {
    const object = found.get(secret);
    const certificate = object && certificateIn(object)?.certificate;
    const ca = certificate && cas.find(({ pair }) => isSignedBy(certificate, pair.certificate, now));
    if (!certificate || !ca) {
      return [];
    }
    const { fingerprint, serial, notAfter, notBefore } = certificateFacts(certificate);
    // The names are not verified: a reissued certificate for other names would not be trusted by all servers yet.
    const names = { commonName, dnsNames };
    return [
      [secret, { ...names, ca: ca.record.number, fingerprint, serial, issued: notBefore, notAfter }] as const,
    ];
  });
  return Object.fromEntries(entries);
}

function isSignedBy(certificate: string, ca: string, now: number): boolean {
  const [leaf, issuer] = [new X509Certificate(certificate), new X509Certificate(ca)];
  return leaf.verify(issuer.publicKey) && now < Date.parse(leaf.validTo) && now < Date.parse(issuer.validTo);
}
