// Distribution of leaders and replicas over maps of different sizes: npm run bench:placement
import { Placement } from '../agent/topics/placement/placement';
import { MAPS, Range, balanceOf, brokersInZones } from './placement-balance';

/** Partitions and replicas of each topic, for a number of brokers. */
const WORKLOADS: readonly (readonly [
  name: string,
  topics: (brokers: number) => readonly (readonly [partitions: number, replicationFactor: number])[],
])[] = [
  ['100 topics of 12 partitions', () => Array.from({ length: 100 }, () => [12, 3] as const)],
  [
    '10,000 partitions in topics of 1 to 200, 2 or 3 replicas',
    () =>
      Array.from({ length: 160 }, (_, index) => {
        const partitions = [1, 3, 6, 12, 24, 48, 200, 206][index % 8];
        return [partitions, index % 5 === 0 ? 2 : 3] as const;
      }),
  ],
];

const percent = (share: number) => `${(100 * share).toFixed(0)} %`.padStart(6);
const range = ({ least, most }: Range) => `${least}–${most}`.padStart(11);

console.log(
  'Successor: largest share of the leaders of a broker that move to one other broker when it fails.',
);
console.log(
  'Sources: brokers that share partitions with a broker and fill its new disk; largest share of one.',
);
for (const [workload, topicsFor] of WORKLOADS) {
  console.log(`\n${workload}, in a new map`);
  console.log('brokers     zones     leaders    replicas successor    sources  largest        time');
  for (const zones of MAPS) {
    const brokers = brokersInZones(zones);
    const placement = new Placement(brokers);
    const start = performance.now();
    const partitions = topicsFor(brokers.length).flatMap((topic) => placement.placeTopic(...topic));
    const ms = performance.now() - start;
    const { leaders, replicas, successorShare, sources, sourceShare } = balanceOf(brokers, partitions);
    console.log(
      `${String(brokers.length).padStart(7)} ${zones.join(',').padStart(11)} ${range(leaders)} ${range(replicas)}    ${percent(successorShare)}` +
        `${range(sources)}   ${percent(sourceShare)} ${`${ms.toFixed(0)} ms`.padStart(11)}`,
    );
  }
}
