import { untilHealthy } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { World } from '../world';
import { OneBroker } from './one-broker';

/** A broker waits for a missing permission of its ServiceAccount, names it, and starts when it is granted. */
export async function missingRightIsNamed(world: World): Promise<string> {
  await untilHealthy(world);
  const { expectations, manifest } = world;
  const broker = new OneBroker(world);
  const binding = expectations.maps[0].statefulSet;
  await kubectl(['delete', 'rolebinding', binding, `--namespace=${broker.namespace}`]);
  let logged: string;
  try {
    await broker.deletePod();
    logged = await broker.untilInitLogs(
      /waiting: the API server denies access to \S*-ledger \(403\).*get and patch on ConfigMap/,
    );
    await broker.assertNotStarted();
  } finally {
    await kubectl(['apply', `--filename=${manifest.file}`]);
  }
  await untilHealthy(world);
  return `${logged.slice(0, 120)}…; the broker started after the permission was granted`;
}
