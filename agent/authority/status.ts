/* What people read of an authority in its ConfigMap. */
import { PkiConfig } from '../../lib/seam/agent-config';
import { Requests } from './requests';
import { renewalTime, rotationTime } from './schedule';
import { PkiState, caByNumber, iso } from './state';

/** So many servers are named; the rest is a number. */
const MAX_NAMED = 10;

/** Describes where an authority stands, as JSON to be read by people. It changes only when something else does. */
export function statusText(
  config: PkiConfig,
  state: PkiState,
  requests: Requests,
  waitsFor: readonly string[],
): string {
  const status = {
    phase: state.phase,
    since: state.since,
    waitsFor: truncateList(waitsFor),
    next: nextAction(config, state),
    restarts: state.pass && {
      of: config.restartedStatefulSets,
      notBefore: state.pass.notBefore,
      done: state.pass.done,
    },
    authorities: state.cas.map(({ number, serial, notAfter }) => ({ number, serial, notAfter })),
    certificates: Object.fromEntries(
      Object.entries(state.leaves).map(([secret, { ca, serial, notAfter }]) => [
        secret,
        { ca, serial, notAfter },
      ]),
    ),
    handled: state.handled,
    ignored: requests.ignored.map((key) => `${key} does not say who asks and why: '<name>: <reason>'`),
  };
  return `${JSON.stringify(status, undefined, 2)}\n`;
}

/** A list that is not too long to read. */
export function truncateList(texts: readonly string[]): string[] {
  return texts.length <= MAX_NAMED ? [...texts] : [...texts.slice(0, MAX_NAMED), `and ${texts.length - MAX_NAMED} more`];
}

function nextAction(config: PkiConfig, state: PkiState): string {
  if (state.phase !== 'stable') {
    return 'the next phase, once nothing is waited for';
  }
  const plans = [
    {
      at: rotationTime(caByNumber(state, state.issuing)),
      what: `CA ${state.issuing + 1} replaces CA ${state.issuing}`,
    },
    ...config.certificates.flatMap(({ secret }) =>
      state.leaves[secret] === undefined
        ? []
        : [{ at: renewalTime(state.leaves[secret]), what: `new certificate for ${secret}` }],
    ),
  ];
  const [first] = plans.sort((a, b) => a.at - b.at);
  return `${iso(first.at)}: ${first.what}`;
}
