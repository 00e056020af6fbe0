import { ControllerConfig } from '../../lib/seam/agent-config';
import { acceptedLossIn, isAcceptanceIgnored, podAnnotations } from '../annotations/pod-annotations';
import { StartupCertificates } from '../certificates/startup-certificates';
import { otherControllers } from '../kafka/addresses';
import { describeQuorum } from '../kafka/describe-quorum';
import { serverHost } from '../runtime/config';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { controllerFormat } from './controller-format';
import { emptyDisks } from './disks';
import { mayStartControllerOnEmptyDisk } from './empty-disk-controller';
import { Ledger } from './ledger';
import { readLogDirs } from './log-dirs';
import { ownId } from './pod-id';
import { assertSameQuorum } from './quorum-kind';
import { controllerProperties } from './server-properties';
import { INIT_RETRY_MS, readLedgerEntry, retryWhileUnavailable, startAttempt } from './start-conditions';

/** Results of the preparation of a controller. */
export interface PreparedController {
  /** Settings that depend on the pod. */
  readonly properties: string;
  /** Arguments with which an empty disk is formatted. */
  readonly formatArguments: readonly string[];
}

/** Waits until a controller may start. */
export async function initController(
  config: ControllerConfig,
  podName: string,
  signal: AbortSignal,
): Promise<PreparedController> {
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
  const formatArguments = empty.length === 0 ? [] : await waitForFormat(config, id, stores, signal);
  await stores.prepare(signal);
  return { properties: controllerProperties(config, id, podName), formatArguments };
}

/** Waits until it is known if an empty controller forms a new quorum or joins one. */
async function waitForFormat(
  config: ControllerConfig,
  id: number,
  stores: StartupCertificates,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ledger = new Ledger(config.namespace, config.ledgerConfigMap);
  const recorded = await retryWhileUnavailable(() => ledger.readIds(), signal);
  return waitUntil(
    async () => {
      await stores.refresh();
      const { view, failures } = await describeQuorum(otherControllers(config, id));
      const attempt = controllerFormat({
        id,
        isDynamic: config.quorumKind === 'dynamic',
        configured: config.voters,
        recorded,
        quorum: view,
        isLossAccepted: acceptedLossIn(await podAnnotations()) !== undefined,
        port: config.listener.port,
        hostOf: (controller) => serverHost(config, controller),
      });
      return 'done' in attempt ? attempt : { waitingFor: [attempt.waitingFor, ...failures].join('; ') };
    },
    INIT_RETRY_MS,
    signal,
  );
}
