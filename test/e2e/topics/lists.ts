/*
 * Topic lists of the tests. The chart and the checks use the same lists.
 */

/** A declared topic. */
export interface ListedTopic {
  readonly name: string;
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly config?: Readonly<Record<string, string>>;
}

interface List {
  readonly topics: () => readonly ListedTopic[];
  /** True if no Job runs when the YAML is applied. */
  readonly isManual?: boolean;
}

/** Partitions of a topic without a number of its own. */
export const DEFAULT_PARTITIONS = 4;

const shortLived = { 'retention.ms': '3600000', 'segment.ms': '600000' };
const BASE: readonly ListedTopic[] = [
  { name: 'main.load', partitions: 8, config: shortLived },
  { name: 'main.transactions', config: shortLived },
  { name: 'main.extra.clicks' },
  { name: 'extra.main.clicks' },
  { name: 'extra.load', partitions: 6, replicationFactor: 2, config: { 'cleanup.policy': 'compact' } },
  { name: 'extra.other', partitions: 3 },
];
const CHANGED: readonly ListedTopic[] = [
  ...BASE.filter(({ name }) => !['main.load', 'main.extra.clicks'].includes(name)),
  { name: 'main.load', partitions: 8, config: { ...shortLived, 'retention.ms': '7200000' } },
  // Nobody reads it: consumers that start at the end of a log miss the first records of a partition that they do not know yet.
  { name: 'main.extra.clicks', partitions: 12 },
  { name: 'main.new', partitions: 7 },
];
const many = (prefix: string, count: number, partitions: number): ListedTopic[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `${index % 2 === 0 ? 'main' : 'extra'}.${prefix}.${String(index).padStart(4, '0')}`,
    partitions,
    config: shortLived,
  }));

/** Lists by variant. */
export const LISTS = {
  base: { topics: () => BASE },
  changed: { topics: () => CHANGED },
  manual: { topics: () => [...CHANGED, { name: 'main.reviewed' }], isManual: true },
  /** Topics that are created while runs are killed. */
  killed: { topics: () => [...CHANGED, ...many('killed', 600, 3)], isManual: true },
  /** Topics that two runs create at the same time. */
  twice: {
    topics: () => [...CHANGED, ...many('killed', 600, 3), ...many('twice', 100, 6)],
    isManual: true,
  },
  /** Topics that are created while the controller moves. */
  moving: {
    topics: () => [
      ...CHANGED,
      ...many('killed', 600, 3),
      ...many('twice', 100, 6),
      ...many('moving', 200, 6),
    ],
    isManual: true,
  },
  /** One topic less than in `moving`. */
  removed: {
    topics: () => LISTS.moving.topics().filter(({ name }) => name !== 'extra.other'),
    isManual: true,
  },
  /** A list that has lost most of its topics. */
  shrunk: { topics: () => CHANGED, isManual: true },
  /** As `shrunk`, with the lists of two other apps. */
  team: { topics: () => CHANGED, isManual: true },
  late: { topics: () => [...CHANGED, { name: 'main.late' }, { name: 'extra.early' }], isManual: true },
  thousand: { topics: () => [...CHANGED, ...many('thousand', 1_000, 1)], isManual: true },
  large: {
    topics: () => [...CHANGED, ...many('thousand', 1_000, 1), ...many('large', 1_000, 12)],
    isManual: true,
  },
} satisfies Readonly<Record<string, List>> as Readonly<Record<Variant, List>>;

/** Name of a list. */
export type Variant =
  | 'base'
  | 'changed'
  | 'manual'
  | 'killed'
  | 'twice'
  | 'moving'
  | 'removed'
  | 'shrunk'
  | 'team'
  | 'late'
  | 'thousand'
  | 'large';
