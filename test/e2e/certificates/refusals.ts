import { makeCa, makeLeaf } from '../../../agent/authority/issue';
import { assertNone } from '../waiting';
import { World } from '../world';
import { Probe } from './probe/handshake';
import { Listener, probeBrokers } from './probing';

type Try = Omit<Probe, 'targets' | 'seconds'>;

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
      const outcomes = await probeBrokers(outcome, listener, what);
      const wrong = outcomes.filter(({ isAccepted }) => isAccepted !== isWelcome);
      assertNone(
        wrong.map(
          ({ host, port, problem }) =>
            `a client with ${name} was ${isWelcome ? `refused (${problem})` : 'let in'} by ${host}:${port}`,
        ),
      );
      if (!isWelcome && listener === 'client') {
        said.push(`${name}: ${outcomes[0].problem}`);
      }
    }
  }
  return said.join('; ');
}
