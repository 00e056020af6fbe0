import { untilHealthy } from '../checks/sync';
import { apply, kubectl } from '../kubernetes/kubectl';
import { noApiServer } from '../kubernetes/no-api-server';
import { execIn } from '../kubernetes/pods';
import { World } from '../world';
import { OneBroker } from './one-broker';

const POLICY = 'e2e-no-api-server';

/**
 * While the API server is unreachable, a new pod waits and logs it. Then it continues without manual steps.
 *
 * A NetworkPolicy applies to a pod some time after its start, and not to connections that exist. Therefore a missing permission
 * lets init wait first, and init starts again when the policy applies.
 */
export async function newPodWaitsForApiServer(world: World): Promise<string> {
  await untilHealthy(world);
  const { expectations, manifest } = world;
  const broker = new OneBroker(world);
  const { namespace, pod } = broker;
  const within = `--namespace=${namespace}`;
  await kubectl(['delete', 'rolebinding', expectations.maps[0].statefulSet, within]);
  let logged: string;
  try {
    await broker.deletePod();
    await broker.untilInitLogs(/waiting: the API server denies access/);
    await apply(
      noApiServer(namespace, POLICY, { matchLabels: { 'statefulset.kubernetes.io/pod-name': pod } }),
    );
    await execIn({ namespace, pod, container: 'init' }, 'sh', '-c', 'kill 1');
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
