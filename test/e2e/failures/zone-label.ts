import { untilHealthy } from '../checks/sync';
import { getJson } from '../kubernetes/kubectl';
import { Node, Pod } from '../kubernetes/objects';
import { changeNodes } from '../setup/node-changes';
import { ZONE_LABEL, zoneOf } from '../setup/nodes';
import { World } from '../world';
import { OneBroker } from './one-broker';

/** A broker does not start without the zone label of its node. Init logs the node and the label. */
export async function missingZoneLabelIsNamed(world: World): Promise<string> {
  await untilHealthy(world);
  const broker = new OneBroker(world);
  const { spec } = await getJson<Pod>(['pod', broker.pod, `--namespace=${broker.namespace}`]);
  const node = await getJson<Node>(['node', spec.nodeName ?? '']);
  const expected = `node '${node.metadata.name}' has no label '${ZONE_LABEL}'`;
  await changeNodes(broker.namespace, new Map([[node, { labels: { [ZONE_LABEL]: null } }]]));
  try {
    await broker.deletePod();
    await broker.untilInitLogs(new RegExp(expected.replaceAll(/[./]/g, '\\$&')));
    const exitCode = await broker.untilInitEnds();
    if (exitCode !== 78) {
      throw new Error(`init ended with exit code ${exitCode}, not 78`);
    }
    await broker.assertNotStarted();
    return `${expected}; exit code ${exitCode}`;
  } finally {
    const current = await getJson<Node>(['node', node.metadata.name]);
    await changeNodes(broker.namespace, new Map([[current, { labels: { [ZONE_LABEL]: zoneOf(node) } }]]));
    await untilHealthy(world);
  }
}
