import { BrokerConfig } from '../../lib/seam/agent-config';
import { acceptedLossIn, isAcceptanceIgnored, podAnnotations } from '../annotations/pod-annotations';
import { StartupCertificates } from '../certificates/startup-certificates';
import { controllersOf } from '../kafka/addresses';
import { describeQuorum } from '../kafka/describe-quorum';
import { hasCaughtUpMajority } from '../kafka/quorum-members';
import { getObject } from '../kubernetes/client';
import { environment } from '../runtime/config';
import { log } from '../runtime/log';
import { probePort } from '../runtime/tcp-port';
import { waitUntil } from '../runtime/wait';
import { emptyDisks } from './disks';
import { mayStartOnEmptyDisk } from './empty-disk-broker';
import { LedgerEntry } from './ledger';
import { readLogDirs } from './log-dirs';
import { fetchPeerViews } from './peers';
import { ownId } from './pod-id';
import { brokerProperties } from './server-properties';
import { INIT_RETRY_MS, readLedgerEntry, retryWhileUnavailable, startAttempt } from './start-conditions';
import { NodeObject, zoneOf } from './zone';

/** Waits until a broker may start. Returns its settings that depend on the pod. */
export async function initBroker(
  config: BrokerConfig,
  podName: string,
  signal: AbortSignal,
): Promise<string> {
  const id = ownId(config, podName);
  const stores = new StartupCertificates(config, id);
  await stores.prepare(signal);
  const nodeName = environment('NODE_NAME');
  const path = `/api/v1/nodes/${nodeName}`;
  const zone = zoneOf(
    nodeName,
    await retryWhileUnavailable(() => getObject<NodeObject>(path, `get on nodes`), signal),
    config.zoneLabel,
  );
  const entry = await readLedgerEntry(config, id, signal);
  const empty = emptyDisks({ id, clusterId: config.clusterId }, await readLogDirs(config.disks));
  log.info('identity of this server', {
    broker: id,
    zone,
    node: nodeName,
    emptyDisks: empty,
    firstInSync: entry?.firstInSync,
  });
  await waitUntilAllowedToStart(config, { id, podName, entry, empty }, stores, signal);
  await waitForQuorum(config, stores, signal);
  await waitForZookeeper(config, signal);
  await stores.prepare(signal);
  return brokerProperties(config, id, podName, zone);
}

/** Identity of a broker before its start. */
interface BrokerIdentity {
  readonly id: number;
  readonly podName: string;
  readonly entry: LedgerEntry | undefined;
  readonly empty: readonly string[];
}

/** Waits until a start on the disks as they are cannot lose data, or its loss is accepted. */
async function waitUntilAllowedToStart(
  config: BrokerConfig,
  { id, podName, entry, empty }: BrokerIdentity,
  stores: StartupCertificates,
  signal: AbortSignal,
): Promise<void> {
  let roundsWithoutAnswer = 0;
  await waitUntil(
    async () => {
      await stores.refresh();
      const annotations = await podAnnotations();
      const acceptedLoss = acceptedLossIn(annotations);
      const needsPeers = empty.length > 0 && acceptedLoss === undefined;
      const peers = needsPeers ? await fetchPeerViews(config, id) : [];
      if (typeof peers === 'string') {
        return {
          waitingFor: `${empty.join(', ')} is empty, and no request to other brokers succeeded: ${peers}`,
        };
      }
      roundsWithoutAnswer = peers.length === 0 ? roundsWithoutAnswer + 1 : 0;
      // Without a ledger entry, the absence of answers allows the start, so it must last longer than a moment.
      if (needsPeers && entry === undefined && roundsWithoutAnswer === 1) {
        return {
          waitingFor:
            'no other broker answers, which is normal at the first start of a cluster; retrying once',
        };
      }
      const verdict = mayStartOnEmptyDisk({
        id,
        hasBeenInSync: entry !== undefined,
        emptyDisks: empty,
        acceptedLoss,
        peers,
      });
      return startAttempt(
        verdict,
        { namespace: config.namespace, podName },
        isAcceptanceIgnored(annotations),
      );
    },
    INIT_RETRY_MS,
    signal,
  );
}

/**
 * Waits for the controllers. Kafka waits for only one minute, and a broker that has read from a leader whose log is then
 * truncated never finds another leader: observed at a slow first start of 4.4.0.
 */
async function waitForQuorum(
  config: BrokerConfig,
  stores: StartupCertificates,
  signal: AbortSignal,
): Promise<void> {
  const controllers = controllersOf(config);
  if (controllers === undefined) {
    return;
  }
  await waitUntil(
    async () => {
      await stores.refresh();
      const { view, failures } = await describeQuorum(controllers);
      return view && hasCaughtUpMajority(view)
        ? { done: undefined }
        : { waitingFor: ['no controller leads a majority of the quorum', ...failures].join('; ') };
    },
    INIT_RETRY_MS,
    signal,
  );
}

/** Waits for ZooKeeper. Its Service has only servers of a quorum, and Kafka gives up after some seconds. */
async function waitForZookeeper({ zookeeperAddress }: BrokerConfig, signal: AbortSignal): Promise<void> {
  if (zookeeperAddress === undefined) {
    return;
  }
  const { host, port } = zookeeperAddress;
  await waitUntil(
    async () =>
      (await probePort(zookeeperAddress)) === 'open'
        ? { done: undefined }
        : { waitingFor: `no ZooKeeper server of a quorum answers at ${host}:${port}` },
    INIT_RETRY_MS,
    signal,
  );
}
