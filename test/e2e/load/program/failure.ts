/*
 * Meaning of errors of the Kafka client. Errors are nested, and the innermost is often the relevant one.
 */

/** Kind of a failed call. */
export interface Failure {
  readonly kind:
    /** The server, or the client, did not accept the other's certificate or its way to talk TLS. */
    | 'refused handshake'
    /** The connection ended while TLS was being agreed upon, without a word. */
    | 'broken handshake'
    /**
     * The connection ended before the first answer. Under TLS 1.3 that may be a refusal too: its alert can get lost when
     * the client has sent something already.
     */
    | 'unanswered'
    /** Kafka answered with an error code. */
    | 'answer'
    /** No connection, or none any more, or no answer in time. */
    | 'network'
    | 'other';
  readonly reason: string;
  /** True if an ordinary client tries again. */
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

/** Message of an error whose connection has never answered anything. */
export const NO_ANSWER_YET = 'the first request of a connection failed';

/** Says what an error means. */
export function failureOf(error: unknown): Failure {
  const all = chainOf(error);
  const refusal = all.find(({ code }) => TLS_CODES.test(String(code)));
  if (refusal) {
    return {
      kind: 'refused handshake',
      reason: `${String(refusal.code)}: ${brief(refusal.message)}`,
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
  // A slow server is no refusal. The client library gives both the same code.
  const isEnded = innermost !== undefined && !/timed out/.test(innermost.message ?? '');
  if (isEnded && all[0].message === NO_ANSWER_YET) {
    return {
      kind: 'unanswered',
      reason: `before the first answer: ${brief(innermost.message)}`,
      isRetriable: true,
    };
  }
  return innermost
    ? { kind: 'network', reason: brief(innermost.message), isRetriable: true }
    : { kind: 'other', reason: brief(all[0]?.message ?? String(error)), isRetriable: false };
}

/** An error and all that are inside of it, outermost first. */
function chainOf(error: unknown, depth = 0): AnyError[] {
  if (typeof error !== 'object' || error === null || depth > 8) {
    return [];
  }
  const own = error as AnyError;
  const inner = [...(Array.isArray(own.errors) ? (own.errors as unknown[]) : []), own.cause];
  return [own, ...inner.flatMap((each) => chainOf(each, depth + 1))];
}

/** Addresses and numbers of connections would make every message another one. */
function brief(message = ''): string {
  return message
    .replace(/^[0-9A-F]+:error:[0-9A-F]*:?/, '')
    .replace(/:\.\.\/deps\/.*/s, '')
    .replaceAll('\n', ' ')
    .trim()
    .slice(0, 160);
}
