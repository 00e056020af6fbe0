import { makeCa, makeLeaf } from '../../../agent/authority/issue';
import { assertNone, eventually } from '../waiting';
import { Expectations, World } from '../world';
import { ProbeResult, Probe } from './probe/handshake';
import { Listener, probeBrokers } from './probing';

/** Credentials and TLS version of a client. */
export type ClientAttempt = Omit<Probe, 'targets' | 'seconds'>;

/** Clients without a certificate, with a certificate of an unknown CA, or with an old TLS version are rejected. Others are
 * accepted. */
export async function unknownClientsAreRejected({ expectations }: World): Promise<string> {
  const now = Date.now();
  const subject = { commonName: expectations.client, dnsNames: [expectations.client] };
  const foreign = await makeLeaf(await makeCa('nobody', 3600, now), subject, 3600, now);
  const unknown = { cert: foreign.certificate, key: foreign.key };
  const tries: readonly (readonly [string, ClientAttempt, boolean])[] = [
    ['its own certificate', { presents: 'own' }, true],
    ['its own certificate and TLS 1.2', { presents: 'own', maxVersion: 'TLSv1.2' }, true],
    ['no certificate', { presents: 'none' }, false],
    ['no certificate and TLS 1.2', { presents: 'none', maxVersion: 'TLSv1.2' }, false],
    ['a certificate of another CA', { presents: unknown }, false],
    ['a certificate of another CA and TLS 1.2', { presents: unknown, maxVersion: 'TLSv1.2' }, false],
    ['its own certificate and TLS 1.1', { presents: 'own', maxVersion: 'TLSv1.1' }, false],
  ];
  const reasons: string[] = [];
  for (const listener of ['client', 'internal'] as const satisfies readonly Listener[]) {
    for (const [name, what, isAllowed] of tries) {
      const outcomes = await responsesTo(expectations, listener, what);
      const wrong = outcomes.flatMap((one) => {
        const reason = isAllowed ? acceptanceProblem(one) : rejectionProblem(one, what.maxVersion);
        return reason === undefined ? [] : [`a client with ${name} at ${one.host}:${one.port}: ${reason}`];
      });
      assertNone(wrong);
      if (!isAllowed && listener === 'client') {
        reasons.push(`${name}: ${outcomes[0].problem}`);
      }
    }
  }
  return reasons.join('; ');
}

/** Responses of all brokers to a client. Repeats the probe while a broker does not respond. */
export async function responsesTo(
  cluster: Expectations,
  listener: Listener,
  what: ClientAttempt,
): Promise<ProbeResult[]> {
  return eventually<ProbeResult[]>(`responses of all brokers on the ${listener} listener`, 60, async () => {
    const outcomes = await probeBrokers(cluster, listener, what);
    const silent = outcomes.filter(({ isSilent }) => isSilent);
    return silent.length === 0
      ? { done: outcomes }
      : { state: silent.map(({ host, port }) => `none from ${host}:${port}`).join(', ') };
  });
}

/** Reason why a client is not accepted; undefined if it is. */
export function acceptanceProblem({ isAccepted, problem }: ProbeResult): string | undefined {
  return isAccepted ? undefined : `rejected (${problem})`;
}

/** An alert, or a closed connection: the alert can be lost when the connection closes. */
const REJECTIONS = /ALERT_|ECONNRESET|closed|EPIPE/;
const REJECTIONS_OF_A_VERSION = /ALERT_(PROTOCOL_VERSION|HANDSHAKE_FAILURE)/;

/** Problem with the rejection of a client. An error of the client itself is not a rejection. */
export function rejectionProblem(
  { isAccepted, problem }: ProbeResult,
  maxVersion?: Probe['maxVersion'],
): string | undefined {
  if (isAccepted) {
    return 'accepted';
  }
  const expected = maxVersion === 'TLSv1.1' ? REJECTIONS_OF_A_VERSION : REJECTIONS;
  return expected.test(problem) ? undefined : `not rejected by the server (${problem})`;
}
