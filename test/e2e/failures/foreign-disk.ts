import { untilHealthy } from '../checks/sync';
import { World } from '../world';
import { LOG_DIR, OneBroker } from './one-broker';

const FILE = `${LOG_DIR}/meta.properties`;
const KEPT = `${FILE}.kept`;
const OTHER_CLUSTER = 'b3RoZXItY2x1c3Rlci1pZA';

/** A broker does not start on the disk of another broker, and logs its id. */
export async function foreignDiskIsRejected(world: World): Promise<string> {
  return isRejected(world, 'node.id', '9999', (id) => `belongs to server 9999, this is server ${id}`);
}

/** A broker does not start on the disk of another cluster, and logs its id. */
export async function otherClustersDiskIsRejected(world: World): Promise<string> {
  return isRejected(
    world,
    'cluster.id',
    OTHER_CLUSTER,
    () => `belongs to cluster ${OTHER_CLUSTER}, this is cluster`,
  );
}

async function isRejected(
  world: World,
  property: string,
  value: string,
  messageFor: (id: number) => string,
): Promise<string> {
  await untilHealthy(world);
  const broker = new OneBroker(world);
  await broker.stop();
  await broker.onDisks(`cp ${FILE} ${KEPT}; sed -i 's/^${property}=.*/${property}=${value}/' ${FILE}`);
  try {
    await broker.start();
    const logged = await broker.untilInitLogs(new RegExp(messageFor(broker.id)));
    const exitCode = await broker.untilInitEnds();
    if (exitCode !== 78) {
      throw new Error(`init ended with exit code ${exitCode}, not 78`);
    }
    await broker.assertNotStarted();
    return `${logged}; exit code ${exitCode}`;
  } finally {
    await broker.onDisks(`mv ${KEPT} ${FILE}`);
    await untilHealthy(world);
  }
}
