import { BrokerConfig } from '../../lib/seam/agent-config';
import { StartupCertificates } from '../certificates/startup-certificates';
import { getObject } from '../kubernetes/client';
import { environment } from '../runtime/config';
import { log } from '../runtime/log';
import { probePort } from '../runtime/tcp-port';
import { waitUntil } from '../runtime/wait';
import { BrokerGuard } from './broker-guard';
import { hasPartitions, ownedDisks } from './disks';
import { readLogDirs } from './log-dirs';
import { metadataLogEnd } from './metadata-log-end';
import { ownId } from './pod-id';
import { brokerProperties } from './server-properties';
import { ServerStart } from './server-start';
import { INIT_RETRY_MS, retryWhileUnavailable } from './start-conditions';
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
  const contents = await readLogDirs(config.disks);
  const disks = ownedDisks({ id, clusterId: config.clusterId }, contents);
  const start = await ServerStart.prepare(config, { id, podName, zone }, disks, signal);
  log.info('identity of this server', {
    broker: id,
    zone,
    node: nodeName,
    emptyDisks: start.facts.emptyDisks,
    firstInSync: start.firstInSync,
  });
  await waitForZookeeper(config, signal);
  const guard = new BrokerGuard(config, start.facts, {
    own: await metadataLogEnd(config.disks.map(({ logDir }) => logDir)),
    hasPartitions: contents.some(hasPartitions),
  });
  await start.waitUntilAllowed(async (acceptedLoss) => {
    await stores.refresh();
    return guard.decide(acceptedLoss);
  }, signal);
  await stores.prepare(signal);
  return brokerProperties(config, id, podName, zone);
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
