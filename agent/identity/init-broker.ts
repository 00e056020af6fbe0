import { BrokerConfig } from '../../lib/seam/agent-config';
import { StartupCertificates } from '../certificates/startup-certificates';
import { environment } from '../runtime/config';
import { controllersOf } from '../kafka/addresses';
import { describeQuorum } from '../kafka/describe-quorum';
import { getObject } from '../kubernetes/client';
import { log } from '../runtime/log';
import { probePort } from '../runtime/tcp-port';
import { hasCaughtUpMajority } from '../kafka/quorum-members';
import { waitUntil } from '../runtime/wait';
import { mayStartOnEmptyDisk } from './empty-disk-broker';
import { acceptedLossIn, isAcceptanceIgnored, podAnnotations } from '../annotations/pod-annotations';
import { emptyDisks } from './disks';
import { INIT_RETRY_MS, startAttempt, retryWhileUnavailable, readLedgerEntry } from './start-conditions';
import { readLogDirs } from './log-dirs';
import { fetchPeerViews } from './peers';
import { ownId } from './pod-id';
import { brokerProperties } from './server-properties';
import { NodeObject, zoneOf } from './zone';

/** Waits until a broker may start, and gives what only its pod knows as settings. */
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
  const zone = zoneOf(nodeName, await retryWhileUnavailable(() => getObject<NodeObject>(path, `get on nodes`), signal));
  const entry = await readLedgerEntry(config, id, signal);
  const empty = emptyDisks({ id, clusterId: config.clusterId }, await readLogDirs(config.disks));
  log.info('identity', {
    broker: id,
    zone,
    node: nodeName,
    emptyDisks: empty,
    knownSince: entry?.firstInSync,
  });
  let silentRounds = 0;
  await waitUntil(
    async () => {
      await stores.refresh();
      const annotations = await podAnnotations();
      const consent = acceptedLossIn(annotations);
      const peers = empty.length > 0 && consent === undefined ? await fetchPeerViews(config, id) : [];
      if (typeof peers === 'string') {
        return {
          waitingFor: `${empty.join(', ')} is empty, and another broker does not talk about it: ${peers}`,
        };
      }
      silentRounds = peers.length === 0 ? silentRounds + 1 : 0;
      // For a broker that the ledger does not know silence is consent, so it must not be a moment's silence.
      if (empty.length > 0 && consent === undefined && entry === undefined && silentRounds === 1) {
        return { waitingFor: 'no other broker answers; on the first day of a cluster none does' };
      }
      const facts = { id, isKnown: entry !== undefined, emptyDisks: empty, consent };
      return startAttempt(mayStartOnEmptyDisk({ ...facts, peers }), podName, isAcceptanceIgnored(annotations));
    },
    INIT_RETRY_MS,
    signal,
  );
  await waitForQuorum(config, stores, signal);
  await waitForZookeeper(config, signal);
  await stores.prepare(signal);
  return brokerProperties(config, id, podName, zone);
}

/**
 * Waits for the controllers. Kafka would wait too, but only for a minute, and a broker that has read from a leader whose
 * log is then taken back never finds another one: seen on a slow first start of 4.4.0.
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

/** Waits for ZooKeeper: its Service leads to servers that lead or follow. Kafka would give up after some seconds. */
async function waitForZookeeper({ zookeeperAddress: zookeeper }: BrokerConfig, signal: AbortSignal): Promise<void> {
  if (zookeeper === undefined) {
    return;
  }
  await waitUntil(
    async () =>
      (await probePort(zookeeper)) === 'open'
        ? { done: undefined }
        : { waitingFor: `no ZooKeeper server leads or follows at ${zookeeper.host}:${zookeeper.port}` },
    INIT_RETRY_MS,
    signal,
  );
}
