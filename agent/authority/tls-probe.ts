/*
 * Determines with real handshakes which certificate an endpoint serves and which client certificates it accepts. Kafka can
 * confirm a reload and keep the old certificates, so only a handshake is conclusive.
 */
import { Socket, connect as connectTcp, isIP } from 'node:net';
import { ConnectionOptions, TLSSocket, connect as connectTls } from 'node:tls';
import { Endpoint } from './endpoints';
import { reasonOf } from '../runtime/errors';
import { KeyAndCertificate, makeLeaf, plainFingerprint } from './issue';
import { HandshakeOutcome } from './handshake-outcome';

const CONNECT_MS = 4_000;
const HANDSHAKE_MS = 8_000;
/** Concurrent handshakes. Hundreds of servers must not take minutes, nor all of the CPU of this pod. */
const MAX_PARALLEL_PROBES = 32;
/** Time within which a server with only TLS 1.3 sends its rejection. */
const LATE_REJECTION_MS = 2_000;
const PROBE_SECONDS = 3_600;

/** Kind of a probe: read the served certificate, or check if a client certificate is accepted. */
export type ProbeKind = 'serves' | 'accepts';

/** Creates a client certificate for probes. Its name has no permissions, and it is not stored. */
export function probeCertificate(ca: KeyAndCertificate, now: number): Promise<KeyAndCertificate> {
  return makeLeaf(ca, { commonName: 'certificate-probe', dnsNames: [] }, PROBE_SECONDS, now);
}

/** Client certificates of a probe. */
export interface PresentedCertificates {
  /** Certificate to check. */
  readonly certificate: KeyAndCertificate;
  /** Certificate of another CA. If it is accepted, the endpoint works. */
  readonly control?: KeyAndCertificate;
}

/** Probes all endpoints. The outcomes are in the order of the endpoints. */
export async function probeEndpoints(
  kind: ProbeKind,
  endpoints: readonly Endpoint[],
  presented: PresentedCertificates,
): Promise<HandshakeOutcome[]> {
  const outcomes: HandshakeOutcome[] = [];
  const queue = endpoints.entries();
  const worker = async () => {
    for (const [index, endpoint] of queue) {
      outcomes[index] = await probeEndpoint(kind, endpoint, presented);
    }
  };
  await Promise.all(Array.from({ length: MAX_PARALLEL_PROBES }, worker));
  return outcomes;
}

type Address = Pick<Endpoint, 'host' | 'port'>;

/** Probes one endpoint. Never throws. */
export async function probeEndpoint(
  kind: ProbeKind,
  endpoint: Address,
  { certificate, control }: PresentedCertificates,
): Promise<HandshakeOutcome> {
  if (kind === 'serves') {
    return probeServedCertificate(endpoint, certificate);
  }
  const outcome = await probePresentedCertificate(endpoint, certificate);
  if (outcome.kind !== 'failed' || control === undefined) {
    return outcome;
  }
  // A server that closes the connection at once can lose its alert. It is a rejection if only this certificate fails.
  const works = (await probePresentedCertificate(endpoint, control)).kind === 'accepted';
  const retried = works ? await probePresentedCertificate(endpoint, certificate) : outcome;
  return works && retried.kind === 'failed' ? { kind: 'rejected', reason: retried.reason } : retried;
}

async function probeServedCertificate(
  endpoint: Address,
  certificate: KeyAndCertificate,
): Promise<HandshakeOutcome> {
  const outcome = await handshake(endpoint, certificate, {}, (tls, resolve) => resolve(servedOutcome(tls)));
  if (outcome.kind !== 'rejected' && outcome.kind !== 'failed') {
    return outcome;
  }
  // Without TLS 1.3 a listener that requires a client certificate of another CA rejects this one. It also rejects a client
  // without a certificate, but then the server certificate can still be read.
  const readServed = (tls: TLSSocket) =>
    servedOutcome(tls).kind === 'served' ? servedOutcome(tls) : outcome;
  return handshake(endpoint, undefined, {}, (tls, resolve) => resolve(servedOutcome(tls)), readServed);
}

async function probePresentedCertificate(
  endpoint: Address,
  certificate: KeyAndCertificate,
): Promise<HandshakeOutcome> {
  // With TLS 1.3 a client receives a rejection only after its handshake.
  const outcome = await handshake(endpoint, certificate, { maxVersion: 'TLSv1.2' }, (_, resolve) =>
    resolve({ kind: 'accepted' }),
  );
  return outcome.kind === 'failed' && NO_TLS_1_2.test(outcome.reason)
    ? handshake(endpoint, certificate, { minVersion: 'TLSv1.3' }, (_, resolve) =>
        setTimeout(() => resolve({ kind: 'accepted' }), LATE_REJECTION_MS),
      )
    : outcome;
}

async function handshake(
  { host, port }: Address,
  client: KeyAndCertificate | undefined,
  options: ConnectionOptions,
  established: (tls: TLSSocket, resolve: (outcome: HandshakeOutcome) => void) => void,
  failed: (tls: TLSSocket, outcome: HandshakeOutcome) => HandshakeOutcome = (_, outcome) => outcome,
): Promise<HandshakeOutcome> {
  const socket = await openSocket(host, port);
  if (!(socket instanceof Socket)) {
    return { kind: 'unreachable', reason: socket };
  }
  let timer: NodeJS.Timeout | undefined;
  const outcome = await new Promise<HandshakeOutcome>((resolve) => {
    const fail = (reason: string) => resolve({ kind: 'failed', reason });
    const tls = connectTls({
      socket,
      ...(client && { key: client.key, cert: client.certificate }),
      // The probe reads the certificate of the endpoint and does not validate it.
      rejectUnauthorized: false,
      ...(isIP(host) ? {} : { servername: host }),
      ...options,
    });
    timer = setTimeout(() => fail(`no handshake within ${HANDSHAKE_MS / 1000} seconds`), HANDSHAKE_MS);
    // Errors can follow the outcome, and must not end the process.
    tls.on('error', (error) => resolve(failed(tls, failureOutcome(error))));
    tls.on('close', () => fail('the connection was closed during the handshake'));
    tls.on('secureConnect', () => established(tls, resolve));
  });
  clearTimeout(timer);
  socket.destroy();
  return outcome;
}

/** Returns the connection, or the reason of the failure. */
function openSocket(host: string, port: number): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    const fail = (reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reason);
    };
    const timer = setTimeout(() => fail(`no connection within ${CONNECT_MS / 1000} seconds`), CONNECT_MS);
    socket.on('error', (error) => fail(reasonOf(error)));
    socket.on('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}

function servedOutcome(tls: TLSSocket): HandshakeOutcome {
  // After an early failure there is no certificate, unlike the types of Node.js say.
  const { fingerprint256 } = (tls.getPeerCertificate() ?? {}) as { readonly fingerprint256?: string };
  return fingerprint256 === undefined
    ? { kind: 'failed', reason: 'no certificate is served' }
    : { kind: 'served', fingerprint: plainFingerprint(fingerprint256) };
}

/** Error of a server that supports only TLS 1.3. */
const NO_TLS_1_2 = /protocol version|unsupported protocol/i;

/** TLS alerts with which a server rejects a client certificate. Java and OpenSSL use different ones. */
const REJECTION_ALERTS =
  /ALERT_(BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|CERTIFICATE_REQUIRED|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

function failureOutcome(error: NodeJS.ErrnoException): HandshakeOutcome {
  const alert = REJECTION_ALERTS.exec(error.code ?? '');
  return alert
    ? { kind: 'rejected', reason: alert[1].toLowerCase().replaceAll('_', ' ') }
    : { kind: 'failed', reason: reasonOf(error) };
}
