/* What endpoints must show before a rotation goes on. */
import { Endpoint } from './endpoints';
import { Outcome } from './outcome';
import { PkiState } from './state';

/** What endpoints are asked. */
export type Question =
  | { readonly kind: 'accepts' | 'refuses'; readonly ca: number }
  /** Which certificate an endpoint serves. */
  | { readonly kind: 'serves' };

/** The answer of an endpoint. */
export interface Seen {
  readonly endpoint: Endpoint;
  readonly outcome: Outcome;
  /** For how long it has been out of reach, without a break. */
  readonly unreachableSeconds: number;
}

/** Whether a rotation may go on. */
export interface GateVerdict {
  readonly open: boolean;
  readonly waitsFor: readonly string[];
  /** Endpoints that were not waited for any longer. */
  readonly leftOut: readonly string[];
}

/** Endpoints that a question makes sense for: others never look at certificates of clients. */
export function askable(question: Question, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return question.kind === 'serves' ? endpoints : endpoints.filter((one) => one.asksForCertificate);
}

/** Judges the answers to a question. */
export function judgeEndpoints(
  question: Question,
  seen: readonly Seen[],
  state: PkiState,
  absenceSeconds: number,
): GateVerdict {
  const isAbsent = ({ outcome, unreachableSeconds }: Seen) =>
    outcome.kind === 'unreachable' && unreachableSeconds >= absenceSeconds;
  const absent = seen.filter(isAbsent).map(({ endpoint }) => nameOf(endpoint));
  if (seen.length > 0 && absent.length === seen.length) {
    // Rather this program is cut off than everybody else gone, and then nothing at all is proven.
    return { open: false, waitsFor: ['any endpoint to be in reach: none is'], leftOut: [] };
  }
  const waitsFor = seen
    .filter((one) => !isAbsent(one))
    .flatMap((one) => {
      const lack = lackOf(question, one, state);
      return lack === undefined ? [] : [`${nameOf(one.endpoint)} ${lack}`];
    });
  return { open: waitsFor.length === 0, waitsFor, leftOut: absent };
}

function lackOf(question: Question, { endpoint, outcome }: Seen, state: PkiState): string | undefined {
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
