import { metaPropertiesOf } from '../checks/broker-pod';
import { recordsAreStillThere } from '../checks/records';
import { untilHealthy } from '../checks/sync';
import { command } from '../kubernetes/command';
import { World } from '../world';
import { OneBroker } from './one-broker';

/** A broker with an empty disk starts if other brokers have all of its data. */
export async function wipedBrokerRefills(world: World): Promise<string> {
  await untilHealthy(world);
  const broker = new OneBroker(world);
  if (!(await broker.isInLedger())) {
    throw new Error(`the ledger does not know broker ${broker.id}, so an empty disk would be accepted`);
  }
  await broker.stop();
  await broker.wipe();
  await broker.start();
  const logged = await broker.untilInitLogs(/it replicates from them/);
  await untilHealthy(world);
  const found = await metaPropertiesOf(broker.namespace, broker.pod);
  if (!found.includes(`node.id=${broker.id}`)) {
    throw new Error(`the disk of ${broker.pod} contains ${found}`);
  }
  return `${logged}; ${await recordsAreStillThere(world)}`;
}

/** A broker with an empty disk that had a last copy waits until an operator accepts the loss of data. */
export async function lastCopyIsProtected(world: World): Promise<string> {
  await untilHealthy(world);
  const { tools } = world;
  const broker = new OneBroker(world);
  const topic = `${world.expectations.topics.plain.split('.')[0]}.e2e-single`;
  await tools.createTopic(topic, String(broker.id), { 'min.insync.replicas': '1' });
  try {
    await tools.produce(topic, 10, 2);
    await broker.stop();
    await broker.wipe();
    await broker.start();
    const waiting = await broker.untilInitLogs(new RegExp(`last copy of ${topic}-0`));
    await broker.assertNotStarted();
    const request = ['accept-data-loss', `--namespace=${broker.namespace}`, `--pod=${broker.pod}`];
    await command([...request, '--for=10m', '--by=e2e', '--reason=test']);
    const accepted = await broker.untilInitLogs(/is accepted by e2e until \S+: test\. Given up: /, 300);
    if (!accepted.includes(`Given up: ${topic}-0`)) {
      throw new Error(`the log does not name the lost partition: ${accepted}`);
    }
    await untilHealthy(world);
    return `${waiting.slice(0, waiting.indexOf('. To start'))}; ${await recordsAreStillThere(world)}`;
  } finally {
    await tools.deleteTopic(topic);
  }
}
