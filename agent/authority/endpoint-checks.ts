/* Checks of endpoints that must pass before a rotation continues. */
import { Endpoint } from './endpoints';
import { HandshakeOutcome } from './handshake-outcome';
import { PkiState } from './state';

/** A check of all endpoints. */
export type EndpointCheck =
  | { readonly kind: 'accepts' | 'rejects'; readonly ca: number }
  /** The endpoint serves its new certificate. */
  | { readonly kind: 'serves' };

/** Result of the check of one endpoint. */
export interface EndpointResult {
  readonly endpoint: Endpoint;
  readonly handshake: HandshakeOutcome;
  /** Time for which the endpoint has been unreachable without interruption. */
  readonly unreachableSeconds: number;
}

/** Verdict on the results of all endpoints. */
export interface EndpointVerdict {
  readonly passed: boolean;
  readonly waitingFor: readonly string[];
  /** Endpoints that have been unreachable for longer than the timeout. */
  readonly skipped: readonly string[];
}

/** Endpoints to which a check applies: only some of them request client certificates. */
export function checkableEndpoints(
  check: EndpointCheck,
  endpoints: readonly Endpoint[],
): readonly Endpoint[] {
  return check.kind === 'serves' ? endpoints : endpoints.filter((one) => one.requestsClientCertificate);
}

/** Judges the results of a check. */
export function judgeEndpoints(
  check: EndpointCheck,
  results: readonly EndpointResult[],
  state: PkiState,
  unreachableTimeoutSeconds: number,
): EndpointVerdict {
  const isSkipped = ({ handshake, unreachableSeconds }: EndpointResult) =>
    handshake.kind === 'unreachable' && unreachableSeconds >= unreachableTimeoutSeconds;
  const skipped = results.filter(isSkipped).map(({ endpoint }) => nameOf(endpoint));
  if (results.length > 0 && skipped.length === results.length) {
    // The authority itself is probably disconnected, and no endpoint has been verified.
    return { passed: false, waitingFor: ['a reachable endpoint: all are unreachable'], skipped: [] };
  }
  const waitingFor = results
    .filter((result) => !isSkipped(result))
    .flatMap((result) => {
      const reason = pendingReason(check, result, state);
      return reason === undefined ? [] : [`${nameOf(result.endpoint)} ${reason}`];
    });
  return { passed: waitingFor.length === 0, waitingFor, skipped };
}

function pendingReason(
  check: EndpointCheck,
  { endpoint, handshake }: EndpointResult,
  state: PkiState,
): string | undefined {
  switch (handshake.kind) {
    case 'unreachable':
      return `to be reachable: ${handshake.reason}`;
    case 'failed':
      return `to complete a TLS handshake: ${handshake.reason}`;
    case 'served':
      return check.kind !== 'serves' ||
        handshake.fingerprint === state.certificates[endpoint.secret]?.fingerprint
        ? undefined
        : 'to serve its new certificate';
    case 'accepted':
      switch (check.kind) {
        case 'accepts':
          return undefined;
        case 'serves':
          return 'to present its certificate';
        case 'rejects':
          return `to reject CA ${check.ca}`;
      }
    case 'rejected':
      switch (check.kind) {
        case 'accepts':
          return `to accept CA ${check.ca}: ${handshake.reason}`;
        case 'serves':
          return `to present its certificate: ${handshake.reason}`;
        case 'rejects':
          return undefined;
      }
  }
}

function nameOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
