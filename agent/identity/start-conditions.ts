/*
 * What all servers wait for before they start.
 */
import { ACCEPT_DATA_LOSS_ANNOTATION, ServerPodConfig } from '../../lib/seam/agent-config';
import { ApiServerUnavailable } from '../kubernetes/client';
import { log } from '../runtime/log';
import { Attempt, waitUntil } from '../runtime/wait';
import { StartVerdict } from './empty-disk-broker';
import { Ledger, LedgerEntry } from './ledger';

/** Pause between two looks. */
export const INIT_RETRY_MS = 3_000;

/** Whether a server may start, as an attempt of a wait that tells people how to end it. */
export function startAttempt(verdict: StartVerdict, podName: string, unsigned: boolean): Attempt<void> {
  if (!verdict.mayStart) {
    return {
      waitingFor:
        `${verdict.reason}. To start all the same, accept the loss: ` +
        `kubectl annotate --overwrite pod ${podName} ${ACCEPT_DATA_LOSS_ANNOTATION}='<your name>: <reason>'` +
        (unsigned ? ' (the annotation is there, but says not who and why)' : ''),
    };
  }
  log.info(verdict.reason);
  return { done: undefined };
}

/** What the ledger remembers of a server. */
export async function readLedgerEntry(
  config: ServerPodConfig,
  id: number,
  signal: AbortSignal,
): Promise<LedgerEntry | undefined> {
  return retryWhileUnavailable(() => new Ledger(config.namespace, config.ledgerConfigMap).read(id), signal);
}

/** Waits while the API server is away; its refusals are final. */
export async function retryWhileUnavailable<T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return waitUntil<T>(
    async () => {
      try {
        return { done: await question() };
      } catch (error) {
        if (error instanceof ApiServerUnavailable) {
          return { waitingFor: error.message };
        }
        throw error;
      }
    },
    INIT_RETRY_MS,
    signal,
  );
}
