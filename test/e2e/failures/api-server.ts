import { untilHealthy } from '../checks/sync';
import { apply, kubectl } from '../kubernetes/kubectl';
import { noApiServer } from '../kubernetes/no-api-server';
import { World } from '../world';
import { OneBroker } from './one-broker';

const POLICY = 'e2e-no-api-server';

/**
 * While the API server is out of reach, a new pod waits and says so; then it goes on by itself.
 *
 * A network policy takes hold some time after its pod has started, when init may have asked already. So init is made to
 * fail first, for want of a right: when it is tried again, the policy has long known the pod.
 */
export async function apiServerIsWaitedFor(world: World): Promise<string> {
  await untilHealthy(world);
  const { outcome, manifest } = world;
  const broker = new OneBroker(world);
  const within = `--namespace=${broker.namespace}`;
  await kubectl(['delete', 'rolebinding', `${outcome.clusterName}-brokers`, within]);
  let said: string;
  try {
    await broker.deletePod();
    await broker.untilInitEnds();
    await apply(
      noApiServer(broker.namespace, POLICY, {
        matchLabels: { 'statefulset.kubernetes.io/pod-name': broker.pod },
      }),
    );
    await kubectl(['apply', `--filename=${manifest.file}`]);
    said = await broker.untilInitSays(/waiting: no response from the API server/);
    await broker.assertHeld();
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, within, '--ignore-not-found']);
    await kubectl(['apply', `--filename=${manifest.file}`]);
    await untilHealthy(world);
  }
  return said;
}
