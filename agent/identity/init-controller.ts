import { ControllerConfig } from '../../lib/seam/agent-config';
import { acceptedLossIn, isAcceptanceIgnored, podAnnotations } from '../annotations/pod-annotations';
import { StartupCertificates } from '../certificates/startup-certificates';
import { otherControllers } from '../kafka/addresses';
import { describeQuorum } from '../kafka/describe-quorum';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { emptyDisks } from './disks';
import { mayStartControllerOnEmptyDisk } from './empty-disk-controller';
import { readLogDirs } from './log-dirs';
import { ownId } from './pod-id';
import { assertSameQuorum } from './quorum-kind';
import { controllerProperties } from './server-properties';
import { INIT_RETRY_MS, readLedgerEntry, startAttempt } from './start-conditions';

/** Waits until a controller may start. Returns its settings that depend on the pod. */
export async function initController(
  config: ControllerConfig,
  podName: string,
  signal: AbortSignal,
): Promise<string> {
  const id = ownId(config, podName);
  const stores = new StartupCertificates(config, id);
  await stores.prepare(signal);
  const entry = await readLedgerEntry(config, id, signal);
  assertSameQuorum(config.quorumKind, entry?.quorumKind);
  const empty = emptyDisks({ id, clusterId: config.clusterId }, await readLogDirs(config.disks));
  const others = otherControllers(config, id);
  log.info('identity of this server', { controller: id, emptyDisks: empty, firstInSync: entry?.firstInSync });
  const pod = { namespace: config.namespace, podName };
  await waitUntil(
    async () => {
      await stores.refresh();
      const annotations = await podAnnotations();
      const isIgnored = isAcceptanceIgnored(annotations);
      const facts = {
        id,
        hasBeenInSync: entry !== undefined,
        emptyDisks: empty,
        acceptedLoss: acceptedLossIn(annotations),
        voters: config.voters.map((voter) => voter.id),
      };
      const withoutQuorum = mayStartControllerOnEmptyDisk(facts);
      if (withoutQuorum.mayStart) {
        return startAttempt(withoutQuorum, pod, isIgnored);
      }
      const { view, failures } = await describeQuorum(others);
      const { mayStart, reason } = mayStartControllerOnEmptyDisk({ ...facts, quorum: view });
      const reasons = view ? reason : [reason, ...failures].join('; ');
      return startAttempt({ mayStart, reason: reasons }, pod, isIgnored);
    },
    INIT_RETRY_MS,
    signal,
  );
  await stores.prepare(signal);
  return controllerProperties(config, id, podName);
}
