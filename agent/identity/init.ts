import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import {
  ACCEPT_DATA_LOSS_ANNOTATION,
  BrokerConfig,
  ControllerConfig,
  DiskConfig,
  FILES,
  PATHS,
} from '../../lib/private/agent-config';
import { prepareStores } from '../certificates/prepare';
import { environment, readMounted } from '../config';
import { OperatorError, reasonOf } from '../errors';
import { controllersOf, otherControllers } from '../kafka/addresses';
import { askQuorum } from '../kafka/ask-quorum';
import { ApiServerUnavailable, getObject } from '../kubernetes/client';
import { log } from '../log';
import { isSettled } from '../readiness/quorum-members';
import { portState } from '../port';
import { Attempt, waitUntil } from '../waiting';
import { GuardVerdict, mayStartBlank } from './blank-disk-guard';
import { consentIn, isUnsigned, podAnnotations } from './consent';
import { mayStartBlankController } from './controller-disk-guard';
import { FoundDisk, emptyDisks } from './disks';
import { Ledger, LedgerEntry } from './ledger';
import { askPeers } from './peers';
import { ownId } from './pod-id';
import { assertSameQuorum } from './quorum-kind';
import { brokerIdentity, controllerIdentity } from './server-properties';
import { NodeObject, zoneOf } from './zone';

const PAUSE_MS = 3_000;

/**
 * Gives a pod its identity: checks its certificates and disks and writes the server.properties that Kafka starts with.
 * Certificates come first, since whoever is asked about the disks wants to see them.
 */
export async function init(config: BrokerConfig | ControllerConfig, signal: AbortSignal): Promise<void> {
  const podName = environment('POD_NAME');
  const properties =
    config.role === 'broker'
      ? await broker(config, podName, signal)
      : await controller(config, podName, signal);
  for (const { logDir } of config.disks) {
    await mkdir(logDir, { recursive: true });
  }
  await finish(properties);
  log.info('identity is complete', { pod: podName });
}

async function broker(config: BrokerConfig, podName: string, signal: AbortSignal): Promise<string> {
  const id = ownId(config, podName);
  await prepareStores(config, id, signal);
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
      const annotations = await podAnnotations();
      const consent = consentIn(annotations);
      const peers = empty.length > 0 && consent === undefined ? await askPeers(config, id) : [];
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
  await untilQuorumIsSettled(config, signal);
  await untilZookeeperIsReady(config, signal);
  return brokerIdentity(config, id, podName, zone);
}

/**
 * Waits for the controllers. Kafka would wait too, but only for a minute, and a broker that has read from a leader whose
 * log is then taken back never finds another one: seen on a slow first start of 4.4.0.
 */
async function untilQuorumIsSettled(config: BrokerConfig, signal: AbortSignal): Promise<void> {
  const controllers = controllersOf(config);
  if (controllers === undefined) {
    return;
  }
  await waitUntil(
    async () => {
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

async function controller(config: ControllerConfig, podName: string, signal: AbortSignal): Promise<string> {
  const id = ownId(config, podName);
  await prepareStores(config, id, signal);
  const entry = await remembered(config, id, signal);
  assertSameQuorum(config.quorum, entry?.quorum);
  const empty = emptyDisks({ id, clusterId: config.clusterId }, await findDisks(config.disks));
  const others = otherControllers(config, id);
  log.info('identity', { controller: id, emptyDisks: empty, knownSince: entry?.firstInSync });
  await waitUntil(
    async () => {
      const annotations = await podAnnotations();
      const facts = {
        id,
        isKnown: entry !== undefined,
        emptyDisks: empty,
        voters: config.voters.map((voter) => voter.id),
      };
      const quick = mayStartBlankController({ ...facts, consent: consentIn(annotations) });
      if (quick.start) {
        return passed(quick, podName, isUnsigned(annotations));
      }
      const { view, failures } = await askQuorum(others);
      const { start, reason } = mayStartBlankController({ ...facts, quorum: view });
      const reasons = view ? reason : [reason, ...failures].join('; ');
      return passed({ start, reason: reasons }, podName, isUnsigned(annotations));
    },
    PAUSE_MS,
    signal,
  );
  return controllerIdentity(config, id, podName);
}

function passed(verdict: GuardVerdict, podName: string, unsigned: boolean): Attempt<void> {
  if (!verdict.start) {
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

async function remembered(
  config: BrokerConfig | ControllerConfig,
  id: number,
  signal: AbortSignal,
): Promise<LedgerEntry | undefined> {
  return patiently(() => new Ledger(config.namespace, config.ledger).read(id), signal);
}

/** Waits while the API server is away; its refusals are final. */
async function patiently<T>(question: () => Promise<T>, signal: AbortSignal): Promise<T> {
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
    PAUSE_MS,
    signal,
  );
}

async function findDisks(disks: readonly DiskConfig[]): Promise<FoundDisk[]> {
  return Promise.all(
    disks.map(async ({ logDir }) => {
      try {
        await mkdir(logDir, { recursive: true });
        const entries = await readdir(logDir);
        const hasMeta = entries.includes('meta.properties');
        const metaProperties = hasMeta ? await readFile(`${logDir}/meta.properties`, 'utf8') : undefined;
        return { logDir, entries, metaProperties };
      } catch (error) {
        throw new OperatorError(
          `${logDir} cannot be used: ${reasonOf(error)}`,
          'the volume must be writable for group 1000; check the node’s disk and the StorageClass',
        );
      }
    }),
  );
}

/** Kafka must never see half a file. */
async function finish(identity: string): Promise<void> {
  const shared = await readMounted(`${PATHS.config}/${FILES.serverProperties}`);
  const path = `${PATHS.runtime}/${FILES.serverProperties}`;
  await writeFile(`${path}.new`, `${shared}${identity}`);
  await rename(`${path}.new`, path);
}
