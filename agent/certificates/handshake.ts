import { ConnectionOptions, connect } from 'node:tls';
import { codesOf, reasonOf } from '../runtime/errors';
import { PrivateKeyEntry } from './validation';
import { pemOf, pkcs8Of } from './pem';

const TIMEOUT_MS = 3_000;
const LOCAL = '127.0.0.1';

/** Result of a handshake with the server in this pod. */
export interface Handshake {
  /** Fingerprint of the served certificate; undefined if the handshake failed. */
  readonly served?: string;
  /** Reason of the failure. */
  readonly failure?: string;
  /** Fingerprint of the certificate that the server presented before the handshake failed. */
  readonly presented?: string;
  /** True if the server has validated the client certificate, so that the result depends on it. */
  readonly isConclusive: boolean;
}

/**
 * Reads the certificate that a listener of this pod serves, without validating it.
 *
 * @param client client certificate to present; with TLS 1.2, because TLS 1.3 rejects clients after the handshake
 */
export async function handshake(
  port: number,
  serverName: string,
  client?: PrivateKeyEntry,
): Promise<Handshake> {
  if (client === undefined) {
    return { ...(await attemptHandshake({ port, servername: serverName })), isConclusive: false };
  }
  const { isVersionRejected, ...first } = await attemptHandshake({
    port,
    servername: serverName,
    key: pkcs8Of(client.key),
    cert: pemOf(client.chain),
    maxVersion: 'TLSv1.2',
    minVersion: 'TLSv1.2',
  });
  return isVersionRejected
    ? { ...(await attemptHandshake({ port, servername: serverName })), isConclusive: false }
    : { ...first, isConclusive: true };
}

type HandshakeAttempt = Omit<Handshake, 'isConclusive'> & { readonly isVersionRejected?: true };

function attemptHandshake(options: ConnectionOptions): Promise<HandshakeAttempt> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOCAL, timeout: TIMEOUT_MS, rejectUnauthorized: false, ...options });
    const end = (result: HandshakeAttempt) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('secureConnect', () => end({ served: socket.getPeerX509Certificate()?.fingerprint256 }));
    socket.once('timeout', () => end({ failure: `no handshake within ${TIMEOUT_MS / 1000} seconds` }));
    // A second error can occur while the socket is destroyed.
    socket.on('error', (error) => {
      const isVersionRejected = codesOf(error).some((code) =>
        /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code),
      );
      const presented = socket.getPeerX509Certificate()?.fingerprint256;
      end({ failure: reasonOf(error), presented, ...(isVersionRejected ? { isVersionRejected } : {}) });
    });
  });
}
