import { ListenerConfig } from '../../lib/seam/agent-config';
import { excludedUses } from './chain';
import { PrivateKeyEntry, Stores } from './validation';
import { Handshake } from './handshake';
import { ReloadStep } from './reload-plan';

/** A listener that does not use the new stores, with the reason. */
export interface ReloadFailure {
  readonly listener: string;
  readonly reason: string;
}

type HandshakeFunction = (port: number, client?: PrivateKeyEntry) => Promise<Handshake>;

/** Verifies by handshakes that a listener uses the stores of a step. Returns undefined if it does. */
export async function verifyReload(
  { name: listener, port, clientCaFolder }: ListenerConfig,
  folder: string,
  step: ReloadStep,
  handshake: HandshakeFunction,
): Promise<ReloadFailure | undefined> {
  // A listener can authenticate clients with the CAs of another folder. Then client certificates verify nothing here.
  const authenticatesClients = clientCaFolder === folder;
  const client = authenticatesClients ? clientEntry(step.mustAccept) : undefined;
  const result = await handshake(port, client);
  // Without TLS 1.3 a listener that requires a client certificate of another CA rejects this client, but presents its own
  // certificate first.
  const usesOtherCas = clientCaFolder !== undefined && !authenticatesClients;
  const served = result.served ?? (usesOtherCas ? result.presented : undefined);
  if (served === undefined) {
    return { listener, reason: `handshake failed: ${result.failure}` };
  }
  const reason = servedMismatch(step.stores, served);
  if (reason !== undefined) {
    return { listener, reason };
  }
  const oldClient = authenticatesClients ? clientEntry(step.mustReject) : undefined;
  const oldResult = oldClient && (await handshake(port, oldClient));
  return oldResult?.isConclusive && oldResult.served !== undefined
    ? { listener, reason: 'it still accepts a certificate of the removed CA' }
    : undefined;
}

function servedMismatch({ keyEntry }: Stores, served: string): string | undefined {
  const expected = keyEntry?.chain[0].fingerprint256;
  return expected === undefined || expected === served ? undefined : 'it serves another certificate';
}

function clientEntry(entry: PrivateKeyEntry | undefined): PrivateKeyEntry | undefined {
  return entry && excludedUses(entry.chain[0], ['client']).length === 0 ? entry : undefined;
}
