/* Status of a CA in the status ConfigMap. */
import { PkiConfig } from '../../lib/seam/agent-config';
import { truncatedItems } from '../text/truncated-list';
import { Requests } from './requests';
import { renewalTime, rotationTime } from './schedule';
import { PkiState, caByNumber, iso } from './state';

/** Maximum number of names in the status, in logs and in Events. */
export const MAX_NAMED = 10;

/** Formats the status of a CA as JSON. It contains no clock, so it changes only with the state. */
export function statusText(
  config: PkiConfig,
  state: PkiState,
  requests: Requests,
  waitingFor: readonly string[],
): string {
  const status = {
    phase: state.phase,
    since: state.since,
    waitingFor: truncatedItems(waitingFor, MAX_NAMED),
    nextAction: nextAction(config, state),
    rollout: state.rollout && {
      statefulSets: config.restartedStatefulSets,
      notBefore: state.rollout.notBefore,
      restarted: state.rollout.restarted,
    },
    cas: state.cas.map(({ number, serial, notAfter }) => ({ number, serial, notAfter })),
    certificates: Object.fromEntries(
      Object.entries(state.certificates).map(([secret, { ca, serial, notAfter }]) => [
        secret,
        { ca, serial, notAfter },
      ]),
    ),
    handledRequests: state.handledRequests,
    ignoredAnnotations: requests.ignored.map((key) => `${key}: the value must be '<name>: <reason>'`),
  };
  return `${JSON.stringify(status, undefined, 2)}\n`;
}

function nextAction(config: PkiConfig, state: PkiState): string {
  if (state.phase !== 'stable') {
    return 'the next phase, once all conditions in waitingFor are met';
  }
  const plans = [
    {
      at: rotationTime(caByNumber(state, state.issuingCa)),
      action: `CA ${state.issuingCa + 1} replaces CA ${state.issuingCa}`,
    },
    ...config.certificates.flatMap(({ secret }) =>
      state.certificates[secret] === undefined
        ? []
        : [{ at: renewalTime(state.certificates[secret]), action: `new certificate for Secret ${secret}` }],
    ),
  ];
  const [first] = plans.sort((a, b) => a.at - b.at);
  return `${iso(first.at)}: ${first.action}`;
}
