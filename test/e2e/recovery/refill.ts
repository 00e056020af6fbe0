/*
 * The speed at which a broker replicates its data after the loss of its disks.
 */
import { kubectl } from '../kubernetes/kubectl';
import { nodeOf } from '../restarts/nodes';
import { observedBetween } from '../restarts/observer';
import { rolloutOrder } from '../restarts/rollout';
import { Scenario } from '../restarts/scenario';
import { linesIn } from '../restarts/server-logs';
import { outside } from '../setup/outside-commands';
import { World } from '../world';
import { deletePodWithClaims } from './claims';
import { replaced } from './lost-disks';

const RATE_MBIT = 100;
const RECORDS = 250_000;
const RECORD_BYTES = 1_000;
const PARTITIONS = 6;
const FETCHES = /Added fetcher to broker/;

/** A broker replicates through a network with a limited rate. */
export const refill: Scenario = {
  name: 'refill through a limited network',
  about:
    `The claims of a broker with ${(RECORDS * RECORD_BYTES) / 1_000_000} MB are deleted, and the network of its node is limited to ` +
    `${RATE_MBIT} Mbit/s.`,
  errors: 'impatient',
  commands: ['E2E_NODE_LIMIT', 'E2E_DISKS_RECYCLE'],
  act: async (context) => {
    const { world } = context;
    const { expectations, tools } = world;
    const [map] = expectations.maps;
    const [pod] = rolloutOrder(map);
    const topic = `${map.name}.refill`;
    const node = await nodeOf(expectations.namespace, pod);
    const assignment = Array.from({ length: PARTITIONS }, () => map.brokerIds.join(':')).join(',');
    await tools.createTopic(topic, assignment);
    try {
      await tools.fill(topic, RECORDS);
      await outside('E2E_NODE_LIMIT', node, `${RATE_MBIT}mbit`);
      const begin = Date.now();
      await replaced(context, pod, () => deletePodWithClaims(context, pod));
      const seconds = await refillSeconds(world, pod, begin);
      const rate = (RECORDS * RECORD_BYTES * 8) / 1e6 / seconds;
      return [
        {
          expected: 'the time of the replication is measured',
          seen: `${seconds.toFixed(1)} s: ${rate.toFixed(0)} Mbit/s, ${Math.round((rate / RATE_MBIT) * 100)} % of the limit`,
          isMet: seconds > 0,
        },
      ];
    } finally {
      await outside('E2E_NODE_LIMIT', node, 'none');
      await tools.deleteTopic(topic);
      await outside('E2E_DISKS_RECYCLE');
    }
  },
};

/** Seconds from the first fetch to the last second in which replicas were not in sync. */
async function refillSeconds({ expectations }: World, pod: string, begin: number): Promise<number> {
  const { namespace, maps } = expectations;
  const id = maps[0].brokerIds.at(-1)!;
  const log = await kubectl(['logs', pod, `--namespace=${namespace}`, '--container=kafka', '--timestamps']);
  // Replication begins before Kafka logs that it has started.
  const start = linesIn(log).find(({ text }) => FETCHES.test(text))?.time;
  const observed = await observedBetween(expectations, begin, Date.now());
  const last = observed.findLast(({ brokers }) => (brokers[id]?.behind ?? 0) > 0);
  if (start === undefined || last === undefined) {
    throw new Error(`the replication of ${pod} was not observed`);
  }
  return (last.time - start) / 1_000;
}
