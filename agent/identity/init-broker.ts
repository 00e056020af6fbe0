import { BrokerConfig } from '../../lib/seam/agent-config';
import { StartStores } from '../certificates/prepare';
import { environment } from '../config';
import { controllersOf } from '../kafka/addresses';
import { askQuorum } from '../kafka/ask-quorum';
import { getObject } from '../kubernetes/client';
import { log } from '../log';
import { portState } from '../port';
import { isSettled } from '../readiness/quorum-members';
import { waitUntil } from '../waiting';
import { mayStartBlank } from './blank-disk-guard';
import { consentIn, isUnsigned, podAnnotations } from './consent';
import { emptyDisks } from './disks';
import { PAUSE_MS, passed, patiently, remembered } from './init-waits';
import { findDisks } from './log-dirs';
import { askPeers } from './peers';
import { ownId } from './pod-id';
import { brokerIdentity } from './server-properties';
import { NodeObject, zoneOf } from './zone';

/** Waits until a broker may start, and gives what only its pod knows as settings. */
export async function initBroker(
  config: BrokerConfig,
  podName: string,
  signal: AbortSignal,
): Promise<string> {
  const id = ownId(config, podName);
  const stores = new StartStores(config, id);
  await stores.prepare(signal);
  const nodeName = environment('NODE_NAME');
  const path = `/api/v1/nodes/${nodeName}`;
  const zone = zoneOf(nodeName, await patiently(() => getObject<NodeObject>(path, `get on nodes`), signal));
  const entry = await remembered(config, id, signal);
  const empty = emptyDisks({ id, clusterId: config.clusterId }, await findDisks(config.disks));
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
      const consent = consentIn(annotations);
      const peers = empty.length > 0 && consent === undefined ? await askPeers(config, id) : [];
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
      return passed(mayStartBlank({ ...facts, peers }), podName, isUnsigned(annotations));
    },
    PAUSE_MS,
    signal,
  );
  await untilQuorumIsSettled(config, stores, signal);
  await untilZookeeperIsReady(config, signal);
  await stores.prepare(signal);
  return brokerIdentity(config, id, podName, zone);
}

/**
 * Waits for the controllers. Kafka would wait too, but only for a minute, and a broker that has read from a leader whose
 * log is then taken back never finds another one: seen on a slow first start of 4.4.0.
 */
async function untilQuorumIsSettled(
  config: BrokerConfig,
  stores: StartStores,
  signal: AbortSignal,
): Promise<void> {
  const controllers = controllersOf(config);
  if (controllers === undefined) {
    return;
  }
  await waitUntil(
    async () => {
      await stores.refresh();
      const { view, failures } = await askQuorum(controllers);
      return view && isSettled(view)
        ? { done: undefined }
        : { waitingFor: ['no controller leads a majority of the quorum', ...failures].join('; ') };
    },
    PAUSE_MS,
    signal,
  );
}

/** Waits for ZooKeeper: its Service leads to servers that lead or follow. Kafka would give up after some seconds. */
async function untilZookeeperIsReady({ zookeeper }: BrokerConfig, signal: AbortSignal): Promise<void> {
  if (zookeeper === undefined) {
    return;
  }
  await waitUntil(
    async () =>
      (await portState(zookeeper)) === 'open'
        ? { done: undefined }
        : { waitingFor: `no ZooKeeper server leads or follows at ${zookeeper.host}:${zookeeper.port}` },
    PAUSE_MS,
    signal,
  );
}
