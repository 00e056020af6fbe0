import { ControllerConfig } from '../../lib/seam/agent-config';
import { StartupCertificates } from '../certificates/startup-certificates';
import { otherControllers } from '../kafka/addresses';
import { describeQuorum } from '../kafka/describe-quorum';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { acceptedLossIn, isAcceptanceIgnored, podAnnotations } from '../annotations/pod-annotations';
import { mayStartControllerOnEmptyDisk } from './empty-disk-controller';
import { emptyDisks } from './disks';
import { INIT_RETRY_MS, startAttempt, readLedgerEntry } from './start-conditions';
import { readLogDirs } from './log-dirs';
import { ownId } from './pod-id';
import { assertSameQuorum } from './quorum-kind';
import { controllerProperties } from './server-properties';

/** Waits until a controller may start, and gives what only its pod knows as settings. */
export async function initController(
  config: ControllerConfig,
  podName: string,
  signal: AbortSignal,
): Promise<string> {
  const id = ownId(config, podName);
  const stores = new StartupCertificates(config, id);
  await stores.prepare(signal);
  const entry = await readLedgerEntry(config, id, signal);
  assertSameQuorum(config.quorumKind, entry?.quorum);
  const empty = emptyDisks({ id, clusterId: config.clusterId }, await readLogDirs(config.disks));
  const others = otherControllers(config, id);
  log.info('identity', { controller: id, emptyDisks: empty, knownSince: entry?.firstInSync });
  await waitUntil(
    async () => {
      await stores.refresh();
      const annotations = await podAnnotations();
      const facts = {
        id,
        isKnown: entry !== undefined,
        emptyDisks: empty,
        voters: config.voters.map((voter) => voter.id),
      };
      const quick = mayStartControllerOnEmptyDisk({ ...facts, acceptedLoss: acceptedLossIn(annotations) });
      if (quick.mayStart) {
        return startAttempt(quick, podName, isAcceptanceIgnored(annotations));
      }
      const { view, failures } = await describeQuorum(others);
      const { mayStart: start, reason } = mayStartControllerOnEmptyDisk({ ...facts, quorum: view });
      const reasons = view ? reason : [reason, ...failures].join('; ');
      return startAttempt({ mayStart: start, reason: reasons }, podName, isAcceptanceIgnored(annotations));
    },
    INIT_RETRY_MS,
    signal,
  );
  await stores.prepare(signal);
  return controllerProperties(config, id, podName);
}
