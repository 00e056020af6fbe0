import { DriftAction, DriftConfig, MapConfig } from '../../../lib/seam/agent-config';
import { ClusterView } from '../../../agent/kafka/cluster-view';
import { ClusterState, PlanInput } from '../../../agent/topics/plan/plan-topics';
import { TopicPlan } from '../../../agent/topics/plan/topic-plan';

/** The same action for each kind of difference. */
export function driftOf(action: DriftAction, change: Partial<DriftConfig> = {}): DriftConfig {
  return { settings: action, undeclaredSettings: action, partitions: action, ...change };
}

/** A plan without changes and findings. */
export const NOTHING: TopicPlan = {
  create: [],
  addPartitions: [],
  changeSettings: [],
  delete: [],
  moves: [],
  drift: [],
  unmanaged: [],
  waiting: [],
  refused: [],
  brokers: [],
};

/** Parts of the input of a plan. */
export interface InputParts {
  readonly topics?: PlanInput['topics'];
  readonly view: ClusterView;
  readonly maps: readonly MapConfig[];
  /** @default - all differences are corrected */
  readonly drift?: DriftConfig;
  /** Settings of topics; topics without an entry have none of their own. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pods?: ClusterState['pods'];
  readonly cordoned?: readonly number[];
}

/** Input of a plan. All topics are valid. */
export function planInput({
  topics = [],
  view,
  maps,
  drift,
  settings,
  pods,
  cordoned = [],
}: InputParts): PlanInput {
  return {
    topics,
    declaredNames: new Set(topics.map(({ name }) => name)),
    maps,
    drift: drift ?? driftOf('correct'),
    state: {
      view,
      settings: new Map(
        [...view.topics].map((topic) => [topic, new Map(Object.entries(Object(settings)[topic] ?? {}))]),
      ),
      pods,
      cordoned: new Set(cordoned),
    },
  };
}
