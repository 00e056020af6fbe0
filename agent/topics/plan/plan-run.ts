import { createHash } from 'node:crypto';
import { DriftAction, DriftConfig, MapConfig, PruneConfig } from '../../../lib/seam/agent-config';
import { Declarations } from '../lists/declarations';
import { ClusterState, planTopics } from './plan-topics';
import { TopicMemory, decidePrune } from './prune';
import { TopicPlan } from './topic-plan';

/** Requests of operators. */
export interface OperatorRequests {
  /** True if the topic lists may have become much shorter. */
  readonly isDecreaseAccepted: boolean;
  /** True if settings that someone has changed must stay. */
  readonly areSettingsHeld: boolean;
}

/** Everything that a plan depends on. */
export interface RunFacts extends OperatorRequests {
  readonly maps: readonly MapConfig[];
  readonly drift: DriftConfig;
  readonly prune?: PruneConfig;
  readonly declarations: Declarations;
  readonly state: ClusterState;
  readonly memory: TopicMemory;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Plans a run, and what it remembers afterwards. */
export function planRun(facts: RunFacts): { readonly plan: TopicPlan; readonly memory: TopicMemory } {
  const { declarations, state } = facts;
  const names = [
    ...declarations.topics.map(({ name }) => name),
    ...declarations.problems.flatMap(({ topic }) => topic ?? []),
  ];
  const declaredNames = new Set(names);
  const drift = facts.areSettingsHeld ? heldDrift(facts.drift) : facts.drift;
  const plan = planTopics({ ...facts, drift, topics: declarations.topics, declaredNames });
  const { lists } = declarations;
  const decision = decidePrune({ ...facts, lists, declaredNames, existing: state.view.topics });
  return {
    plan: { ...plan, delete: decision.delete, pruneBlocked: decision.blocked },
    memory: decision.memory,
  };
}

function heldDrift(drift: DriftConfig): DriftConfig {
  const held = (action: DriftAction) => (action === 'correct' ? 'report' : action);
  return {
    ...drift,
    settings: held(drift.settings),
    undeclaredSettings: held(drift.undeclaredSettings),
  };
}

/** Checksum of the changes of a plan. Equal plans make the same changes. */
export function planDigest({ create, addPartitions, changeSettings, delete: deleted }: TopicPlan): string {
  const changes = [
    create.map(({ name, assignments, config }) => [name, assignments, Object.entries(config).sort()]),
    addPartitions.map(({ name, from, count, assignments }) => [name, from, count, assignments]),
    changeSettings.map(({ name, set, remove, from }) => [
      name,
      Object.entries(set).sort(),
      [...remove].sort(),
      Object.entries(from).sort(),
    ]),
    deleted.map(({ name }) => name),
  ];
  return createHash('sha256').update(JSON.stringify(changes)).digest('hex').slice(0, 16);
}
