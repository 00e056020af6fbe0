import { untilHealthy } from '../checks/sync';
import { apply, kubectl } from '../kubernetes/kubectl';
import { noApiServer } from '../kubernetes/no-api-server';
import { World } from '../world';
import { OneBroker } from './one-broker';

const POLICY = 'e2e-no-api-server';

/**
 * While the API server is unreachable, a new pod waits and logs it. Then it continues without manual steps.
 *
 * A NetworkPolicy applies to a pod some time after its start, when init may already have its response. Therefore a missing
 * permission fails init first. When init is retried, the policy applies.
 */
export async function newPodWaitsForApiServer(world: World): Promise<string> {
  await untilHealthy(world);
  const { expectations, manifest } = world;
  const broker = new OneBroker(world);
  const within = `--namespace=${broker.namespace}`;
  await kubectl(['delete', 'rolebinding', `${expectations.clusterName}-brokers`, within]);
  let logged: string;
  try {
    await broker.deletePod();
    await broker.untilInitEnds();
    await apply(
      noApiServer(broker.namespace, POLICY, {
        matchLabels: { 'statefulset.kubernetes.io/pod-name': broker.pod },
      }),
    );
    await kubectl(['apply', `--filename=${manifest.file}`]);
    logged = await broker.untilInitLogs(/waiting: no response from the API server/);
    await broker.assertNotStarted();
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, within, '--ignore-not-found']);
    await kubectl(['apply', `--filename=${manifest.file}`]);
    await untilHealthy(world);
  }
  return logged;
}
