import { createHash } from 'node:crypto';
import { DriftAction, DriftConfig, MapConfig, PruneConfig } from '../../../lib/seam/agent-config';
import { Declarations } from '../lists/declarations';
import { ClusterState } from './cluster-state';
import { planTopics } from './plan-topics';
import { TopicMemory, decidePrune } from './prune';
import { TopicPlan } from './topic-plan';
import { withoutNames } from './unmanaged-topics';

/** Requests of operators, as annotations of the status ConfigMap. */
export interface OperatorRequests {
  /** True if the loss of topics from the lists is accepted. */
  readonly isDecreaseAccepted: boolean;
  /** True if settings that someone has changed must stay. */
  readonly areSettingsHeld: boolean;
}

/** Inputs of a plan. */
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
  const drift = facts.areSettingsHeld ? heldDrift(facts.drift) : facts.drift;
  const plan = planTopics({ ...facts, drift, topics: declarations.topics, declared: declarations.names });
  const { lists, names: declared } = declarations;
  const { blocked, memory, ...deletions } = decidePrune({
    ...facts,
    lists,
    declared,
    existing: state.view.topics,
  });
  const absent = new Set([...deletions.delete, ...deletions.pending].map(({ name }) => name));
  return {
    plan: {
      ...plan,
      ...deletions,
      unmanaged: withoutNames(plan.unmanaged, absent),
      pruneBlocked: blocked,
      areSettingsHeld: facts.areSettingsHeld,
    },
    memory,
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
