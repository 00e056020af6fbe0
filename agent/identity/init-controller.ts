import { ControllerConfig } from '../../lib/seam/agent-config';
import { StartupCertificates } from '../certificates/startup-certificates';
import { otherControllers } from '../kafka/addresses';
import { describeQuorum } from '../kafka/describe-quorum';
import { serverHost } from '../runtime/config';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { controllerFormat } from './controller-format';
import { ownedDisks } from './disks';
import { mayStartControllerOnEmptyDisk } from './empty-disk-controller';
import { readLogDirs } from './log-dirs';
import { decideMember } from './member-guard';
import { ownId } from './pod-id';
import { assertSameQuorum } from './quorum-kind';
import { ServerStart } from './server-start';
import { controllerProperties } from './server-properties';
import { INIT_RETRY_MS } from './start-conditions';

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
  const disks = ownedDisks({ id, clusterId: config.clusterId }, await readLogDirs(config.disks));
  const start = await ServerStart.prepare(config, { id, podName }, disks, signal);
  assertSameQuorum(config.quorumKind, start.quorumKind);
  const { facts, firstInSync } = start;
  log.info('identity of this server', { controller: id, emptyDisks: facts.emptyDisks, firstInSync });
  const voters = config.voters.map((voter) => voter.id);
  const others = otherControllers(config, id);
  const decide = decideMember({
    isLost: facts.emptyDisks.length > 0,
    otherCount: others.length,
    observe: () => describeQuorum(others),
    judge: (quorum, acceptedLoss) =>
      mayStartControllerOnEmptyDisk({ ...facts, voters, quorum, acceptedLoss }),
  });
  await start.waitUntilAllowed(async (acceptedLoss) => {
    await stores.refresh();
    return decide(acceptedLoss);
  }, signal);
  const formatArguments =
    facts.emptyDisks.length === 0 ? [] : await waitForFormat(config, start, stores, signal);
  await stores.prepare(signal);
  return { properties: controllerProperties(config, id, podName), formatArguments };
}

/** Waits until it is known if an empty controller forms a new quorum or joins one. */
async function waitForFormat(
  config: ControllerConfig,
  { facts, isLossAccepted }: ServerStart,
  stores: StartupCertificates,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { id, hasBeenInSync, othersInSync } = facts;
  const recorded = [...othersInSync, ...(hasBeenInSync ? [id] : [])].sort((a, b) => a - b);
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
        isLossAccepted,
        port: config.listener.port,
        hostOf: (controller) => serverHost(config, controller),
      });
      return 'done' in attempt ? attempt : { waitingFor: [attempt.waitingFor, ...failures].join('; ') };
    },
    INIT_RETRY_MS,
    signal,
  );
}
