/*
 * Finds out by real handshakes what an endpoint serves and whom it accepts. Kafka may say that it has taken certificates
 * over and go on with the old ones, so nothing else counts.
 */
import { Socket, connect as connectTcp, isIP } from 'node:net';
import { ConnectionOptions, TLSSocket, connect as connectTls } from 'node:tls';
import { Endpoint } from './endpoints';
import { reasonOf } from '../errors';
import { KeyAndCertificate, makeLeaf, plainFingerprint } from './issue';
import { Outcome } from './outcome';

const CONNECT_MS = 4_000;
const HANDSHAKE_MS = 8_000;
/** Handshakes at the same time: a round over hundreds of servers must not take minutes, nor all of this pod's CPU. */
const PARALLEL = 32;
/** Until then a server that takes TLS 1.3 alone has sent its refusal. */
const LATE_REFUSAL_MS = 2_000;
const PROBE_SECONDS = 3_600;

/** What is to be found out: which certificate is served, or whether the one that is shown is accepted. */
export type Proof = 'serves' | 'accepts';

/** A certificate to show to endpoints. It is nobody's: no rights go with its name, and it is kept nowhere. */
export function probeCertificate(ca: KeyAndCertificate, now: number): Promise<KeyAndCertificate> {
  return makeLeaf(ca, { commonName: 'certificate-probe', dnsNames: [] }, PROBE_SECONDS, now);
}

/** What is shown to endpoints. */
export interface Shown {
  /** The certificate that the question is about. */
  readonly certificate: KeyAndCertificate;
  /** One of another CA. If that one is accepted, it is not the endpoint that is out of order. */
  readonly control?: KeyAndCertificate;
}

/** Asks every endpoint; outcomes are in their order. */
export async function proveAll(
  proof: Proof,
  endpoints: readonly Endpoint[],
  shown: Shown,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = endpoints.entries();
  const worker = async () => {
    for (const [index, endpoint] of queue) {
      outcomes[index] = await prove(proof, endpoint, shown);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return outcomes;
}

type Address = Pick<Endpoint, 'host' | 'port'>;

/** Asks one endpoint. Never throws. */
export async function prove(
  proof: Proof,
  endpoint: Address,
  { certificate, control }: Shown,
): Promise<Outcome> {
  if (proof === 'serves') {
    return whatIsServed(endpoint, certificate);
  }
  const outcome = await show(endpoint, certificate);
  if (outcome.kind !== 'failed' || control === undefined) {
    return outcome;
  }
  // A server that closes at once may tear its own alert away. It was a refusal if it meets this certificate alone.
  const isInOrder = (await show(endpoint, control)).kind === 'accepted';
  const again = isInOrder ? await show(endpoint, certificate) : outcome;
  return isInOrder && again.kind === 'failed' ? { kind: 'refused', reason: again.reason } : again;
}

async function whatIsServed(endpoint: Address, certificate: KeyAndCertificate): Promise<Outcome> {
  const outcome = await shake(endpoint, certificate, {}, (tls, resolve) => resolve(served(tls)));
  if (outcome.kind !== 'refused' && outcome.kind !== 'failed') {
    return outcome;
  }
  // Without TLS 1.3 a listener that wants a certificate of another CA refuses this one. It refuses to see none, too, but
  // then what it has shown before can still be read.
  const seen = (tls: TLSSocket) => (served(tls).kind === 'served' ? served(tls) : outcome);
  return shake(endpoint, undefined, {}, (tls, resolve) => resolve(served(tls)), seen);
}

async function show(endpoint: Address, certificate: KeyAndCertificate): Promise<Outcome> {
  // With TLS 1.3 a client hears of a refusal only after its handshake.
  const outcome = await shake(endpoint, certificate, { maxVersion: 'TLSv1.2' }, (_, resolve) =>
    resolve({ kind: 'accepted' }),
  );
  return outcome.kind === 'failed' && NO_TLS_1_2.test(outcome.reason)
    ? shake(endpoint, certificate, { minVersion: 'TLSv1.3' }, (_, resolve) =>
        setTimeout(() => resolve({ kind: 'accepted' }), LATE_REFUSAL_MS),
      )
    : outcome;
}

async function shake(
  { host, port }: Address,
  shown: KeyAndCertificate | undefined,
  options: ConnectionOptions,
  established: (tls: TLSSocket, resolve: (outcome: Outcome) => void) => void,
  failed: (tls: TLSSocket, outcome: Outcome) => Outcome = (_, outcome) => outcome,
): Promise<Outcome> {
  const socket = await reach(host, port);
  if (!(socket instanceof Socket)) {
    return { kind: 'unreachable', reason: socket };
  }
  let timer: NodeJS.Timeout | undefined;
  const outcome = await new Promise<Outcome>((resolve) => {
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
    tls.on('error', (error) => resolve(failed(tls, failure(error))));
    tls.on('close', () => fail('the connection was closed in the handshake'));
    tls.on('secureConnect', () => established(tls, resolve));
  });
  clearTimeout(timer);
  socket.destroy();
  return outcome;
}

/** The connection, or why there is none. */
function reach(host: string, port: number): Promise<Socket | string> {
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

function served(tls: TLSSocket): Outcome {
  // After an early failure there is none, whatever the types of Node.js say.
  const { fingerprint256 } = (tls.getPeerCertificate() ?? {}) as { readonly fingerprint256?: string };
  return fingerprint256 === undefined
    ? { kind: 'failed', reason: 'no certificate is served' }
    : { kind: 'served', fingerprint: plainFingerprint(fingerprint256) };
}

/** How a server that wants TLS 1.3 alone says so. */
const NO_TLS_1_2 = /protocol version|unsupported protocol/i;

/** Alerts of TLS by which a server refuses the certificate of a client; Java and OpenSSL choose differently. */
const REFUSALS =
  /ALERT_(BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|CERTIFICATE_REQUIRED|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

function failure(error: NodeJS.ErrnoException): Outcome {
  const alert = REFUSALS.exec(error.code ?? '');
  return alert
    ? { kind: 'refused', reason: alert[1].toLowerCase().replaceAll('_', ' ') }
    : { kind: 'failed', reason: reasonOf(error) };
}
