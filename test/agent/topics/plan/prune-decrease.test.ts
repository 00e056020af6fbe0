import {
  decidePrune,
  NO_MEMORY,
  PruneDecision,
  TopicMemory,
  withoutTopics,
} from '../../../../agent/topics/plan/prune';
import { ListState } from '../../../../agent/topics/lists/declarations';

const HOUR = 3_600_000;
const PRUNE = { minAgeSeconds: 3_600, maxPerRun: 100 };
const ONE = 'prod/one';
const TWO = 'prod/two';

const names = (count: number, prefix = 'a') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Lists whose topics exist, run after run. */
class Lists {
  memory: TopicMemory = NO_MEMORY;
  now = 0;
  readonly existing = new Set<string>();
  readonly deleted: string[] = [];

  /** Runs once, an hour after the last run. */
  run(
    lists: Readonly<Record<string, readonly string[]>>,
    { isAccepted = false, incomplete = [] as readonly string[] } = {},
  ): PruneDecision {
    this.now += HOUR;
    const declared = new Map(
      Object.entries(lists).flatMap(([list, own]) => own.map((name): [string, string] => [name, list])),
    );
    const states = Object.keys(lists).map((id): ListState => ({
      id,
      isComplete: !incomplete.includes(id),
      isAsSynthesized: true,
    }));
    declared.forEach((_, name) => this.existing.add(name));
    const decision = decidePrune({
      declared,
      existing: this.existing,
      lists: states,
      memory: this.memory,
      now: this.now,
      prune: PRUNE,
      isDecreaseAccepted: isAccepted,
    });
    const gone = decision.delete.map(({ name }) => name);
    gone.forEach((name) => this.existing.delete(name));
    this.deleted.push(...gone);
    this.memory = withoutTopics(decision.memory, gone);
    return decision;
  }
}

test.each([
  [60, false],
  [59, true],
  [1, true],
])('a list that shrinks from 90 to %i topics blocks deletions: %s', (count, isBlocked) => {
  const lists = new Lists();
  lists.run({ [ONE]: names(90) });
  lists.run({ [ONE]: names(count) });
  const { blocked } = lists.run({ [ONE]: names(count) });
  expect(lists.deleted).toHaveLength(isBlocked ? 0 : 90 - count);
  expect(blocked).toBe(
    isBlocked
      ? `topic lists have lost more than a third of their topics: ${ONE} ${90 - count} of 90`
      : undefined,
  );
});

test('a list that shrinks in several steps blocks deletions, too', () => {
  const lists = new Lists();
  [90, 70, 55, 40, 30, 20, 20].forEach((count) => lists.run({ [ONE]: names(count) }));
  expect(lists.deleted).toEqual([]);
});

test('a list may shrink again after its absent topics are deleted', () => {
  const lists = new Lists();
  [90, 70, 70, 55, 55].forEach((count) => lists.run({ [ONE]: names(count) }));
  expect(lists.deleted).toHaveLength(35);
});

test('a list that has other topics instead blocks deletions', () => {
  const lists = new Lists();
  lists.run({ [ONE]: names(90) });
  lists.run({ [ONE]: names(90, 'b') });
  const { blocked, pending } = lists.run({ [ONE]: names(90, 'b') });
  expect(blocked).toBe(`topic lists have lost more than a third of their topics: ${ONE} 90 of 180`);
  expect(pending).toHaveLength(90);
  expect(lists.deleted).toEqual([]);
});

test('topics that move to another list are not lost', () => {
  const lists = new Lists();
  lists.run({ [ONE]: names(9), [TWO]: names(9, 'b') });
  const { blocked, pending } = lists.run({
    [ONE]: names(2),
    [TWO]: [...names(9, 'b'), ...names(9).slice(2)],
  });
  expect({ blocked, pending }).toEqual({ blocked: undefined, pending: [] });
});

test('a list that is no longer configured has lost all its topics', () => {
  const lists = new Lists();
  lists.run({ [ONE]: names(9), [TWO]: ['b'] });
  const { blocked } = lists.run({ [ONE]: names(9) });
  expect(blocked).toBe(`topic lists have lost more than a third of their topics: ${TWO} 1 of 1`);
});

test('an acceptance holds for the topics that were lost until then, also after it has ended', () => {
  const lists = new Lists();
  lists.run({ [ONE]: names(9) });
  lists.run({ [ONE]: names(3) }, { isAccepted: true });
  lists.run({ [ONE]: names(3) });
  expect(lists.deleted).toEqual(names(9).slice(3));
  lists.run({ [ONE]: names(1) });
  const { blocked } = lists.run({ [ONE]: names(1) });
  expect(blocked).toBe(`topic lists have lost more than a third of their topics: ${ONE} 2 of 3`);
});

test('an incomplete list blocks deletions, whatever is accepted', () => {
  const lists = new Lists();
  lists.run({ [ONE]: names(9), [TWO]: ['b'] });
  lists.run({ [ONE]: names(8), [TWO]: ['b'] });
  const { blocked } = lists.run({ [ONE]: names(8), [TWO]: ['b'] }, { isAccepted: true, incomplete: [TWO] });
  expect(blocked).toBe(
    `topic lists ${TWO} are missing, empty, not valid, or differ from the synthesized YAML`,
  );
  expect(lists.deleted).toEqual([]);
});

test('absent topics are remembered while Kafka shows no topics', () => {
  const lists = new Lists();
  lists.run({ [ONE]: names(9) });
  lists.run({ [ONE]: names(8) });
  const existing = [...lists.existing];
  lists.existing.clear();
  const facts = {
    declared: new Map(names(8).map((name) => [name, ONE])),
    lists: [{ id: ONE, isComplete: true, isAsSynthesized: true }],
    memory: lists.memory,
    prune: PRUNE,
    isDecreaseAccepted: false,
    now: lists.now + HOUR,
  };
  const blank = decidePrune({ ...facts, existing: new Set() });
  expect(blank).toMatchObject({ delete: [], pending: [{ name: 'a8' }] });
  const seen = decidePrune({ ...facts, memory: blank.memory, existing: new Set(existing) });
  expect(seen.delete).toEqual([{ name: 'a8', absentSince: 2 * HOUR }]);
});
