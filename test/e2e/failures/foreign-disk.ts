import { untilHealthy } from '../checks/sync';
import { World } from '../world';
import { LOG_DIR, OneBroker } from './one-broker';

const FILE = `${LOG_DIR}/meta.properties`;

/** A broker does not start on the disk of another broker, and logs its id. */
export async function foreignDiskIsRejected(world: World): Promise<string> {
  await untilHealthy(world);
  const broker = new OneBroker(world);
  await broker.stop();
  await broker.onDisk(`sed -i 's/^node.id=.*/node.id=9999/' ${FILE}`);
  try {
    await broker.start();
    const logged = await broker.untilInitLogs(
      new RegExp(`belongs to server 9999, this is server ${broker.id}`),
    );
    const exitCode = await broker.untilInitEnds();
    if (exitCode !== 78) {
      throw new Error(`init ended with exit code ${exitCode}, not 78`);
    }
    await broker.assertNotStarted();
    return `${logged}; exit code ${exitCode}`;
  } finally {
    await broker.onDisk(`sed -i 's/^node.id=.*/node.id=${broker.id}/' ${FILE}`);
    await untilHealthy(world);
  }
}
