import { makeCa, makeLeaf } from '../../../agent/authority/issue';
import { assertNone, eventually } from '../waiting';
import { Outcome as Cluster, World } from '../world';
import { Outcome, Probe } from './probe/handshake';
import { Listener, probeBrokers } from './probing';

/** Credentials and TLS version of a client. */
export type Try = Omit<Probe, 'targets' | 'seconds'>;

/** Clients without a certificate, of an authority that is none here, or with an old TLS are refused; others are not. */
export async function strangersAreRefused({ outcome }: World): Promise<string> {
  const now = Date.now();
  const subject = { commonName: outcome.client, dnsNames: [outcome.client] };
  const foreign = await makeLeaf(await makeCa('nobody', 3600, now), subject, 3600, now);
  const stranger = { cert: foreign.certificate, key: foreign.key };
  const tries: readonly (readonly [string, Try, boolean])[] = [
    ['its own certificate', { shows: 'own' }, true],
    ['its own certificate and TLS 1.2', { shows: 'own', maxVersion: 'TLSv1.2' }, true],
    ['no certificate', { shows: 'none' }, false],
    ['no certificate and TLS 1.2', { shows: 'none', maxVersion: 'TLSv1.2' }, false],
    ['a certificate of another authority', { shows: stranger }, false],
    ['a certificate of another authority and TLS 1.2', { shows: stranger, maxVersion: 'TLSv1.2' }, false],
    ['its own certificate and TLS 1.1', { shows: 'own', maxVersion: 'TLSv1.1' }, false],
  ];
  const said: string[] = [];
  for (const listener of ['client', 'internal'] as const satisfies readonly Listener[]) {
    for (const [name, what, isWelcome] of tries) {
      const outcomes = await answersTo(outcome, listener, what);
      const wrong = outcomes.flatMap((one) => {
        const reason = isWelcome ? acceptanceProblem(one) : rejectionProblem(one, what.maxVersion);
        return reason === undefined ? [] : [`a client with ${name} at ${one.host}:${one.port}: ${reason}`];
      });
      assertNone(wrong);
      if (!isWelcome && listener === 'client') {
        said.push(`${name}: ${outcomes[0].problem}`);
      }
    }
  }
  return said.join('; ');
}

/** Asks all brokers. One that is too busy to answer has said nothing about a client, so it is asked again. */
export async function answersTo(cluster: Cluster, listener: Listener, what: Try): Promise<Outcome[]> {
  return eventually<Outcome[]>(`answers of all brokers on the ${listener} listener`, 60, async () => {
    const outcomes = await probeBrokers(cluster, listener, what);
    const silent = outcomes.filter(({ isSilent }) => isSilent);
    return silent.length === 0
      ? { done: outcomes }
      : { state: silent.map(({ host, port }) => `none from ${host}:${port}`).join(', ') };
  });
}

/** Reason why a client is not accepted; undefined if it is. */
export function acceptanceProblem({ isAccepted, problem }: Outcome): string | undefined {
  return isAccepted ? undefined : `rejected (${problem})`;
}

/** By an alert, or by an end of the connection that may have torn the alert away. */
const REFUSALS = /ALERT_|ECONNRESET|closed|EPIPE/;
const REFUSALS_OF_A_VERSION = /ALERT_(PROTOCOL_VERSION|HANDSHAKE_FAILURE)/;

/** Problem with the rejection of a client. An error of the client itself is not a rejection. */
export function rejectionProblem(
  { isAccepted, problem }: Outcome,
  maxVersion?: Probe['maxVersion'],
): string | undefined {
  if (isAccepted) {
    return 'accepted';
  }
  const expected = maxVersion === 'TLSv1.1' ? REFUSALS_OF_A_VERSION : REFUSALS;
  return expected.test(problem) ? undefined : `not rejected by the server (${problem})`;
}
