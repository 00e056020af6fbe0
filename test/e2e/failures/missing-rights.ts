import { untilHealthy } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { World } from '../world';
import { OneBroker } from './one-broker';

/** A broker logs the missing permission of its ServiceAccount. */
export async function missingRightIsNamed(world: World): Promise<string> {
  await untilHealthy(world);
  const { expectations, manifest } = world;
  const broker = new OneBroker(world);
  const binding = `${expectations.clusterName}-brokers`;
  await kubectl(['delete', 'rolebinding', binding, `--namespace=${broker.namespace}`]);
  try {
    await broker.deletePod();
    const logged = await broker.untilInitLogs(
      /the API server denies access to \S*-ledger \(403\).*get and patch on ConfigMap/,
    );
    const exitCode = await broker.untilInitEnds();
    if (exitCode !== 78) {
      throw new Error(`init ended with exit code ${exitCode}, not 78`);
    }
    await broker.assertNotStarted();
    return `${logged.slice(0, 120)}…; exit code ${exitCode}`;
  } finally {
    await kubectl(['apply', `--filename=${manifest.file}`]);
    await untilHealthy(world);
  }
}
