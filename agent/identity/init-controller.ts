import { ControllerConfig } from '../../lib/seam/agent-config';
import { StartStores } from '../certificates/prepare';
import { otherControllers } from '../kafka/addresses';
import { askQuorum } from '../kafka/ask-quorum';
import { log } from '../log';
import { waitUntil } from '../waiting';
import { consentIn, isUnsigned, podAnnotations } from './consent';
import { mayStartBlankController } from './controller-disk-guard';
import { emptyDisks } from './disks';
import { PAUSE_MS, passed, remembered } from './init-waits';
import { findDisks } from './log-dirs';
import { ownId } from './pod-id';
import { assertSameQuorum } from './quorum-kind';
import { controllerIdentity } from './server-properties';

/** Waits until a controller may start, and gives what only its pod knows as settings. */
export async function initController(
  config: ControllerConfig,
  podName: string,
  signal: AbortSignal,
): Promise<string> {
  const id = ownId(config, podName);
  const stores = new StartStores(config, id);
  await stores.prepare(signal);
  const entry = await remembered(config, id, signal);
  assertSameQuorum(config.quorum, entry?.quorum);
  const empty = emptyDisks({ id, clusterId: config.clusterId }, await findDisks(config.disks));
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
  await stores.prepare(signal);
  return controllerIdentity(config, id, podName);
}
