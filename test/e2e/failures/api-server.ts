import { untilHealthy } from '../checks/sync';
import { apply, kubectl } from '../kubernetes/kubectl';
import { noApiServer } from '../kubernetes/no-api-server';
import { World } from '../world';
import { OneBroker } from './one-broker';

const POLICY = 'e2e-no-api-server';

/** Attempts to start a pod whose policy applies before its first request. */
const ATTEMPTS = 5;

/**
 * While the API server is unreachable, a new pod waits and logs it. Then it continues without manual steps.
 *
 * A NetworkPolicy applies to a pod some time after its start, and not to connections that exist. If init already has a response,
 * a missing permission lets it wait, and the pod is deleted again.
 */
export async function newPodWaitsForApiServer(world: World): Promise<string> {
  await untilHealthy(world);
  const { expectations, manifest } = world;
  const broker = new OneBroker(world);
  const within = `--namespace=${broker.namespace}`;
  await kubectl(['delete', 'rolebinding', expectations.maps[0].statefulSet, within]);
  try {
    // The agent of a pod that stops needs the API server.
    await broker.deletePod();
    await broker.untilInitLogs(/waiting: the API server denies access/);
    await apply(
      noApiServer(broker.namespace, POLICY, {
        matchLabels: { 'statefulset.kubernetes.io/pod-name': broker.pod },
      }),
    );
    const logged = await untilNoResponse(broker);
    await kubectl(['apply', `--filename=${manifest.file}`]);
    await broker.assertNotStarted();
    return logged;
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, within, '--ignore-not-found']);
    await kubectl(['apply', `--filename=${manifest.file}`]);
    await untilHealthy(world);
  }
}

async function untilNoResponse(broker: OneBroker): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    await broker.deletePod();
    const logged = await broker.untilInitLogs(/waiting: (no response from|the API server denies access)/);
    if (logged.includes('no response from the API server')) {
      return logged;
    }
    if (attempt === ATTEMPTS) {
      throw new Error(`init had a response of the API server ${ATTEMPTS} times: ${logged}`);
    }
  }
}
