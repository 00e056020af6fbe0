/* What endpoints must show before a rotation goes on. */
import { Endpoint } from './endpoints';
import { HandshakeOutcome } from './handshake-outcome';
import { PkiState } from './state';

/** What endpoints are asked. */
export type EndpointCheck =
  | { readonly kind: 'accepts' | 'refuses'; readonly ca: number }
  /** Which certificate an endpoint serves. */
  | { readonly kind: 'serves' };

/** The answer of an endpoint. */
export interface EndpointResult {
  readonly endpoint: Endpoint;
  readonly handshake: HandshakeOutcome;
  /** For how long it has been out of reach, without a break. */
  readonly unreachableSeconds: number;
}

/** Whether a rotation may go on. */
export interface EndpointVerdict {
  readonly passed: boolean;
  readonly waitsFor: readonly string[];
  /** Endpoints that were not waited for any longer. */
  readonly skipped: readonly string[];
}

/** Endpoints that a question makes sense for: others never look at certificates of clients. */
export function checkableEndpoints(question: EndpointCheck, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return question.kind === 'serves' ? endpoints : endpoints.filter((one) => one.requestsClientCertificate);
}

/** Judges the answers to a question. */
export function judgeEndpoints(
  question: EndpointCheck,
  seen: readonly EndpointResult[],
  state: PkiState,
  absenceSeconds: number,
): EndpointVerdict {
  const isAbsent = ({ handshake: outcome, unreachableSeconds }: EndpointResult) =>
    outcome.kind === 'unreachable' && unreachableSeconds >= absenceSeconds;
  const absent = seen.filter(isAbsent).map(({ endpoint }) => nameOf(endpoint));
  if (seen.length > 0 && absent.length === seen.length) {
    // Rather this program is cut off than everybody else gone, and then nothing at all is proven.
    return { passed: false, waitsFor: ['any endpoint to be in reach: none is'], skipped: [] };
  }
  const waitsFor = seen
    .filter((one) => !isAbsent(one))
    .flatMap((one) => {
      const lack = pendingReason(question, one, state);
      return lack === undefined ? [] : [`${nameOf(one.endpoint)} ${lack}`];
    });
  return { passed: waitsFor.length === 0, waitsFor, skipped: absent };
}

function pendingReason(question: EndpointCheck, { endpoint, handshake: outcome }: EndpointResult, state: PkiState): string | undefined {
  switch (outcome.kind) {
    case 'unreachable':
      return `to be in reach: ${outcome.reason}`;
    case 'failed':
      return `to answer: ${outcome.reason}`;
    case 'served':
      return question.kind !== 'serves' || outcome.fingerprint === state.leaves[endpoint.secret]?.fingerprint
        ? undefined
        : 'to serve its new certificate';
    case 'accepted':
      switch (question.kind) {
        case 'accepts':
          return undefined;
        case 'serves':
          return 'to show its certificate';
        case 'refuses':
          return `to refuse CA ${question.ca}`;
      }
    case 'refused':
      switch (question.kind) {
        case 'accepts':
          return `to accept CA ${question.ca}: ${outcome.reason}`;
        case 'serves':
          return `to show its certificate: ${outcome.reason}`;
        case 'refuses':
          return undefined;
      }
  }
}

function nameOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
