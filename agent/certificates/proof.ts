import { ListenerConfig } from '../../lib/seam/agent-config';
import { excludedUses } from './chain';
import { Identity, Stores } from './fitness';
import { Handshake } from './handshake';
import { Step } from './reload-plan';

/** A listener that has not taken over what it should, and why that is known. */
export interface Unproven {
  readonly listener: string;
  readonly reason: string;
}

type Shake = (port: number, client?: Identity) => Promise<Handshake>;

/** Asks a listener whether it has taken over a step; undefined when it has. */
export async function unproven(
  { name: listener, port, clientCertificates }: ListenerConfig,
  folder: string,
  step: Step,
  shake: Shake,
): Promise<Unproven | undefined> {
  // Clients of another CA are no business of these certificates.
  const isJudge = clientCertificates === folder;
  const client = isJudge ? asClient(step.accepts) : undefined;
  const own = await shake(port, client);
  // Without TLS 1.3 a listener that wants a certificate of another CA refuses this one, but shows its own before.
  const isOthers = clientCertificates !== undefined && !isJudge;
  const served = own.served ?? (isOthers ? own.shown : undefined);
  if (served === undefined) {
    return { listener, reason: `no handshake: ${own.refusal}` };
  }
  const reason = otherThan(step.stores, served);
  if (reason !== undefined) {
    return { listener, reason };
  }
  const old = isJudge ? asClient(step.refuses) : undefined;
  const farewell = old && (await shake(port, old));
  return farewell?.isVerdict && farewell.served !== undefined
    ? { listener, reason: 'it still accepts the certificate of a CA that it should trust no longer' }
    : undefined;
}

function otherThan({ identity }: Stores, served: string): string | undefined {
  const wanted = identity?.chain[0].fingerprint256;
  return wanted === undefined || wanted === served ? undefined : 'it serves another certificate';
}

function asClient(identity: Identity | undefined): Identity | undefined {
  return identity && excludedUses(identity.chain[0], ['client']).length === 0 ? identity : undefined;
}
