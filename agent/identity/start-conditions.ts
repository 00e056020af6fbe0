/*
 * Conditions that all kinds of servers wait for before they start.
 */
import { ACCEPT_DATA_LOSS_ANNOTATION, ServerPodConfig } from '../../lib/seam/agent-config';
import { ApiServerUnavailable, NotApplied } from '../kubernetes/client';
import { log } from '../runtime/log';
import { Attempt, waitUntil } from '../runtime/wait';
import { StartVerdict } from './empty-disk-broker';
import { Ledger, LedgerEntry } from './ledger';

/** Pause between two attempts. */
export const INIT_RETRY_MS = 3_000;

/**
 * Converts a verdict into an attempt of a wait. A negative verdict has the command that accepts the loss of data.
 *
 * @param isAcceptanceIgnored true if the annotation is present, but has no name or no reason
 */
export function startAttempt(
  verdict: StartVerdict,
  { namespace, podName }: { readonly namespace: string; readonly podName: string },
  isAcceptanceIgnored: boolean,
): Attempt<void> {
  if (!verdict.mayStart) {
    return {
      waitingFor:
        `${verdict.reason}. To start nevertheless, accept the loss of data: ` +
        `kubectl -n ${namespace} annotate --overwrite pod ${podName} ${ACCEPT_DATA_LOSS_ANNOTATION}='<your name>: <reason>'` +
        (isAcceptanceIgnored
          ? ' (the annotation is present, but is not <name>: <reason>, so it is ignored)'
          : ''),
    };
  }
  log.info(verdict.reason);
  return { done: undefined };
}

/** Reads the ledger entry of a server. */
export async function readLedgerEntry(
  config: ServerPodConfig,
  id: number,
  signal: AbortSignal,
): Promise<LedgerEntry | undefined> {
  return retryWhileUnavailable(() => new Ledger(config.namespace, config.ledgerConfigMap).read(id), signal);
}

/**
 * Retries a request while the API server is unavailable, or objects of the YAML are missing: with GitOps a Role can be applied
 * after the pods. Other errors are final.
 */
export async function retryWhileUnavailable<T>(
  request: () => Promise<T>,
  signal: AbortSignal,
  pauseMs = INIT_RETRY_MS,
): Promise<T> {
  return waitUntil<T>(
    async () => {
      try {
        return { done: await request() };
      } catch (error) {
        if (error instanceof ApiServerUnavailable) {
          return { waitingFor: error.message };
        }
        if (error instanceof NotApplied) {
          return { waitingFor: `${error.message}; ${error.hint}` };
        }
        throw error;
      }
    },
    pauseMs,
    signal,
  );
}
