/*
 * The first state. Where certificates are already in use and their state is lost, their CA stays trusted while a new one
 * takes over, as in any other rotation: only its key is gone.
 */
import { X509Certificate } from 'node:crypto';
import { PkiConfig } from '../../lib/seam/agent-config';
import { KeyAndCertificate, certificateFacts, makeCa } from './issue';
import { SecretObject, certificateIn, trustedIn } from './leaf-secret';
import { Requests, markHandled } from './requests';
import { CaRecord, LeafRecord, PkiState, firstState, iso, withNewCa, withRollout } from './state';

/** A state, and the CAs in it by number. */
export interface InitialState {
  readonly state: PkiState;
  readonly cas: ReadonlyMap<number, KeyAndCertificate>;
}

/** Makes the first state. All that is asked for now is met by it. */
export async function createInitialState(
  config: PkiConfig,
  found: ReadonlyMap<string, SecretObject | undefined>,
  requests: Requests,
  now: number,
): Promise<InitialState> {
  const handled = markHandled(requests, {});
  const old = trustedCasIn(found, now);
  const made = await createNumberedCa(config, Math.max(0, ...old.map((ca) => ca.record.number)) + 1, now);
  const cas = new Map([...old, made].map(({ record, pair }) => [record.number, pair]));
  if (old.length === 0) {
    return { state: firstState(made.record, handled, now), cas };
  }
  const adopted: PkiState = {
    ...firstState(old[0].record, handled, now),
    cas: old.map((ca) => ca.record),
    leaves: leafRecordsIn(config, found, old, now),
  };
  return { state: withRollout(withNewCa(adopted, made.record, now), config, now, config.restartNoticeSeconds), cas };
}

/** Makes a CA and its record. */
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

/** CAs that are trusted for certificates in use, the one that signed most of them first. */
function trustedCasIn(found: ReadonlyMap<string, SecretObject | undefined>, now: number): NumberedCa[] {
  const uses = new Map<string, number>();
  for (const object of found.values()) {
    const leaf = object && certificateIn(object);
    const bundle = object ? trustedIn(object) : [];
    const signer = leaf && bundle.find((pem) => isSignedBy(leaf.certificate, pem, now));
    // The others in the bundle too: somebody may still have a certificate of theirs.
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
    // The names are taken on trust: a certificate for other names would not be trusted by everybody yet.
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
