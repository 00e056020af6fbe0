/*
 * Finds out by real handshakes what an endpoint serves and whom it accepts. Kafka may say that it has taken certificates
 * over and go on with the old ones, so nothing else counts.
 */
import { Socket, connect as connectTcp, isIP } from 'node:net';
import { ConnectionOptions, TLSSocket, connect as connectTls } from 'node:tls';
import { Endpoint } from './endpoints';
import { reasonOf } from '../runtime/errors';
import { KeyAndCertificate, makeLeaf, plainFingerprint } from './issue';
import { HandshakeOutcome } from './handshake-outcome';

const CONNECT_MS = 4_000;
const HANDSHAKE_MS = 8_000;
/** Handshakes at the same time: a round over hundreds of servers must not take minutes, nor all of this pod's CPU. */
const MAX_PARALLEL_PROBES = 32;
/** Until then a server that takes TLS 1.3 alone has sent its refusal. */
const LATE_REFUSAL_MS = 2_000;
const PROBE_SECONDS = 3_600;

/** What is to be found out: which certificate is served, or whether the one that is shown is accepted. */
export type ProbeKind = 'serves' | 'accepts';

/** A certificate to show to endpoints. It is nobody's: no rights go with its name, and it is kept nowhere. */
export function probeCertificate(ca: KeyAndCertificate, now: number): Promise<KeyAndCertificate> {
  return makeLeaf(ca, { commonName: 'certificate-probe', dnsNames: [] }, PROBE_SECONDS, now);
}

/** What is shown to endpoints. */
export interface PresentedCertificates {
  /** The certificate that the question is about. */
  readonly certificate: KeyAndCertificate;
  /** One of another CA. If that one is accepted, it is not the endpoint that is out of order. */
  readonly control?: KeyAndCertificate;
}

/** Asks every endpoint; outcomes are in their order. */
export async function probeEndpoints(
  proof: ProbeKind,
  endpoints: readonly Endpoint[],
  shown: PresentedCertificates,
): Promise<HandshakeOutcome[]> {
  const outcomes: HandshakeOutcome[] = [];
  const queue = endpoints.entries();
  const worker = async () => {
    for (const [index, endpoint] of queue) {
      outcomes[index] = await probeEndpoint(proof, endpoint, shown);
    }
  };
  await Promise.all(Array.from({ length: MAX_PARALLEL_PROBES }, worker));
  return outcomes;
}

type Address = Pick<Endpoint, 'host' | 'port'>;

/** Asks one endpoint. Never throws. */
export async function probeEndpoint(
  proof: ProbeKind,
  endpoint: Address,
  { certificate, control }: PresentedCertificates,
): Promise<HandshakeOutcome> {
  if (proof === 'serves') {
    return probeServedCertificate(endpoint, certificate);
  }
  const outcome = await probePresentedCertificate(endpoint, certificate);
  if (outcome.kind !== 'failed' || control === undefined) {
    return outcome;
  }
  // A server that closes at once may tear its own alert away. It was a refusal if it meets this certificate alone.
  const isInOrder = (await probePresentedCertificate(endpoint, control)).kind === 'accepted';
  const again = isInOrder ? await probePresentedCertificate(endpoint, certificate) : outcome;
  return isInOrder && again.kind === 'failed' ? { kind: 'refused', reason: again.reason } : again;
}

async function probeServedCertificate(endpoint: Address, certificate: KeyAndCertificate): Promise<HandshakeOutcome> {
  const outcome = await handshake(endpoint, certificate, {}, (tls, resolve) => resolve(servedOutcome(tls)));
  if (outcome.kind !== 'refused' && outcome.kind !== 'failed') {
    return outcome;
  }
  // Without TLS 1.3 a listener that wants a certificate of another CA refuses this one. It refuses to see none, too, but
  // then what it has shown before can still be read.
  const seen = (tls: TLSSocket) => (servedOutcome(tls).kind === 'served' ? servedOutcome(tls) : outcome);
  return handshake(endpoint, undefined, {}, (tls, resolve) => resolve(servedOutcome(tls)), seen);
}

async function probePresentedCertificate(endpoint: Address, certificate: KeyAndCertificate): Promise<HandshakeOutcome> {
  // With TLS 1.3 a client hears of a refusal only after its handshake.
  const outcome = await handshake(endpoint, certificate, { maxVersion: 'TLSv1.2' }, (_, resolve) =>
    resolve({ kind: 'accepted' }),
  );
  return outcome.kind === 'failed' && NO_TLS_1_2.test(outcome.reason)
    ? handshake(endpoint, certificate, { minVersion: 'TLSv1.3' }, (_, resolve) =>
        setTimeout(() => resolve({ kind: 'accepted' }), LATE_REFUSAL_MS),
      )
    : outcome;
}

async function handshake(
  { host, port }: Address,
  shown: KeyAndCertificate | undefined,
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
      ...(shown && { key: shown.key, cert: shown.certificate }),
      // Whom the endpoint is to be is the question, not the condition.
      rejectUnauthorized: false,
      ...(isIP(host) ? {} : { servername: host }),
      ...options,
    });
    timer = setTimeout(() => fail(`no handshake within ${HANDSHAKE_MS} ms`), HANDSHAKE_MS);
    // Errors may come after the outcome, and none may end the process.
    tls.on('error', (error) => resolve(failed(tls, failureOutcome(error))));
    tls.on('close', () => fail('the connection was closed in the handshake'));
    tls.on('secureConnect', () => established(tls, resolve));
  });
  clearTimeout(timer);
  socket.destroy();
  return outcome;
}

/** The connection, or why there is none. */
function openSocket(host: string, port: number): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    const giveUp = (reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reason);
    };
    const timer = setTimeout(() => giveUp(`no connection within ${CONNECT_MS} ms`), CONNECT_MS);
    socket.on('error', (error) => giveUp(reasonOf(error)));
    socket.on('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}

function servedOutcome(tls: TLSSocket): HandshakeOutcome {
  // After an early failure there is none, whatever the types of Node.js say.
  const { fingerprint256 } = (tls.getPeerCertificate() ?? {}) as { readonly fingerprint256?: string };
  return fingerprint256 === undefined
    ? { kind: 'failed', reason: 'no certificate is served' }
    : { kind: 'served', fingerprint: plainFingerprint(fingerprint256) };
}

/** How a server that wants TLS 1.3 alone says so. */
const NO_TLS_1_2 = /protocol version|unsupported protocol/i;

/** Alerts of TLS by which a server refuses the certificate of a client; Java and OpenSSL choose differently. */
const REFUSAL_ALERTS =
  /ALERT_(BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|CERTIFICATE_REQUIRED|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

function failureOutcome(error: NodeJS.ErrnoException): HandshakeOutcome {
  const alert = REFUSAL_ALERTS.exec(error.code ?? '');
  return alert
    ? { kind: 'refused', reason: alert[1].toLowerCase().replaceAll('_', ' ') }
    : { kind: 'failed', reason: reasonOf(error) };
}
