import { ListenerConfig } from '../../lib/seam/agent-config';
import { excludedUses } from './chain';
import { PrivateKeyEntry, Stores } from './validation';
import { Handshake } from './handshake';
import { ReloadStep } from './reload-plan';

/** A listener that has not taken over what it should, and why that is known. */
export interface ReloadFailure {
  readonly listener: string;
  readonly reason: string;
}

type HandshakeFunction = (port: number, client?: PrivateKeyEntry) => Promise<Handshake>;

/** Asks a listener whether it has taken over a step; undefined when it has. */
export async function verifyReload(
  { name: listener, port, clientCaFolder: clientCertificates }: ListenerConfig,
  folder: string,
  step: ReloadStep,
  shake: HandshakeFunction,
): Promise<ReloadFailure | undefined> {
  // Clients of another CA are no business of these certificates.
  const isJudge = clientCertificates === folder;
  const client = isJudge ? clientEntry(step.mustAccept) : undefined;
  const own = await shake(port, client);
  // Without TLS 1.3 a listener that wants a certificate of another CA refuses this one, but shows its own before.
  const isOthers = clientCertificates !== undefined && !isJudge;
  const served = own.served ?? (isOthers ? own.presented : undefined);
  if (served === undefined) {
    return { listener, reason: `no handshake: ${own.failure}` };
  }
  const reason = servedMismatch(step.stores, served);
  if (reason !== undefined) {
    return { listener, reason };
  }
  const old = isJudge ? clientEntry(step.mustReject) : undefined;
  const farewell = old && (await shake(port, old));
  return farewell?.isConclusive && farewell.served !== undefined
    ? { listener, reason: 'it still accepts the certificate of a CA that it should trust no longer' }
    : undefined;
}

function servedMismatch({ keyEntry: identity }: Stores, served: string): string | undefined {
  const wanted = identity?.chain[0].fingerprint256;
  return wanted === undefined || wanted === served ? undefined : 'it serves another certificate';
}

function clientEntry(identity: PrivateKeyEntry | undefined): PrivateKeyEntry | undefined {
  return identity && excludedUses(identity.chain[0], ['client']).length === 0 ? identity : undefined;
}
