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
 * permission lets init wait first.
 */
export async function newPodWaitsForApiServer(world: World): Promise<string> {
  await untilHealthy(world);
  const { expectations, manifest } = world;
  const broker = new OneBroker(world);
  const within = `--namespace=${broker.namespace}`;
  await kubectl(['delete', 'rolebinding', expectations.maps[0].statefulSet, within]);
  let logged: string;
  try {
    await broker.deletePod();
    await broker.untilInitLogs(/waiting: the API server denies access/);
    await apply(
      noApiServer(broker.namespace, POLICY, {
        matchLabels: { 'statefulset.kubernetes.io/pod-name': broker.pod },
      }),
    );
    logged = await broker.untilInitLogs(/waiting: no response from the API server/);
    await kubectl(['apply', `--filename=${manifest.file}`]);
    await broker.assertNotStarted();
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, within, '--ignore-not-found']);
    await kubectl(['apply', `--filename=${manifest.file}`]);
    await untilHealthy(world);
  }
  return logged;
}
