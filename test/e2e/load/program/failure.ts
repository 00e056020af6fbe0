/*
 * Meaning of errors of the Kafka client. Errors are nested, and the innermost is often the relevant one.
 */

/** A classified failure of a call. */
export interface Failure {
  readonly kind:
    /** Rejected certificate or TLS parameters, by the server or the client. */
    | 'rejected handshake'
    /** The connection ended during the TLS handshake, without an alert. */
    | 'broken handshake'
    /**
     * The connection ended before the first response. With TLS 1.3, this can be a rejection too: its alert can be lost if the client
     * has already sent a request.
     */
    | 'unanswered'
    /** Kafka responded with an error code. */
    | 'answer'
    /** A failed or closed connection, or a timeout. */
    | 'network'
    | 'other';
  readonly reason: string;
  /** True if it is a retriable failure. */
  readonly isRetriable: boolean;
}

interface AnyError {
  readonly message?: string;
  readonly code?: unknown;
  readonly apiId?: string;
  readonly canRetry?: boolean;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

const TLS_CODES =
  /^ERR_(TLS|SSL)_|^(DEPTH_ZERO_)?SELF_SIGNED|^UNABLE_TO_|^CERT_|^EPROTO$|^HOSTNAME_MISMATCH$|^CRL_|^INVALID_(CA|PURPOSE)$/;
const NETWORK_CODES =
  /^E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN|ADDR)|^ENOTFOUND$|^PLT_KFK_(NETWORK|TIMEOUT|UNEXPECTED_CORRELATION_ID)$/;

/** Message of an error before the first response of a connection. */
export const NO_ANSWER_YET = 'the first request of a connection failed';

/** Classifies an error. */
export function failureOf(error: unknown): Failure {
  const all = chainOf(error);
  const rejection = all.find(({ code }) => TLS_CODES.test(String(code)));
  if (rejection) {
    return {
      kind: 'rejected handshake',
      reason: `${String(rejection.code)}: ${brief(rejection.message)}`,
      isRetriable: true,
    };
  }
  if (all.some(({ message = '' }) => message.includes('before secure TLS connection was established'))) {
    return {
      kind: 'broken handshake',
      reason: 'closed before TLS was established',
      isRetriable: true,
    };
  }
  const answers = all.filter(({ apiId }) => apiId !== undefined);
  if (answers.length > 0) {
    return {
      kind: 'answer',
      reason: [...new Set(answers.map(({ apiId }) => apiId))].join(', '),
      isRetriable: answers.every(({ canRetry }) => canRetry === true),
    };
  }
  const network = all.filter(({ code }) => NETWORK_CODES.test(String(code)));
  const innermost = network[network.length - 1];
  // A slow server is not a rejection. The client library uses the same code for both.
  const isEnded = innermost !== undefined && !/timed out/.test(innermost.message ?? '');
  if (isEnded && all[0].message === NO_ANSWER_YET) {
    return {
      kind: 'unanswered',
      reason: `before the first response: ${brief(innermost.message)}`,
      isRetriable: true,
    };
  }
  return innermost
    ? { kind: 'network', reason: brief(innermost.message), isRetriable: true }
    : { kind: 'other', reason: brief(all[0]?.message ?? String(error)), isRetriable: false };
}

/** An error and its nested errors, outermost first. */
function chainOf(error: unknown, depth = 0): AnyError[] {
  if (typeof error !== 'object' || error === null || depth > 8) {
    return [];
  }
  const own = error as AnyError;
  const inner = [...(Array.isArray(own.errors) ? (own.errors as unknown[]) : []), own.cause];
  return [own, ...inner.flatMap((each) => chainOf(each, depth + 1))];
}

/** Removes addresses and connection numbers, which differ in every message. */
function brief(message = ''): string {
  return message
    .replace(/^[0-9A-F]+:error:[0-9A-F]*:?/, '')
    .replace(/:\.\.\/deps\/.*/s, '')
    .replaceAll('\n', ' ')
    .trim()
    .slice(0, 160);
}
