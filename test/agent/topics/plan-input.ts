import { DriftAction, DriftConfig, MapConfig } from '../../../lib/seam/agent-config';
import { ClusterView } from '../../../agent/kafka/cluster-view';
import { ClusterState } from '../../../agent/topics/plan/cluster-state';
import { PlanInput } from '../../../agent/topics/plan/plan-topics';
import { TopicPlan } from '../../../agent/topics/plan/topic-plan';

/** The same action for each kind of difference. */
export function driftOf(action: DriftAction, change: Partial<DriftConfig> = {}): DriftConfig {
  return {
    settings: action,
    undeclaredSettings: action,
    partitions: action,
    undeclaredTopics: action,
    ...change,
  };
}

/** A plan without changes and findings. */
export const NOTHING: TopicPlan = {
  create: [],
  addPartitions: [],
  changeSettings: [],
  delete: [],
  pending: [],
  moves: [],
  drift: [],
  unmanaged: [],
  waiting: [],
  refused: [],
  brokers: [],
  areSettingsHeld: false,
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
  /** Partitions with a running reassignment: `topic-partition`. */
  readonly moving?: readonly string[];
  /** Topics whose settings Kafka does not return. */
  readonly unread?: readonly string[];
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
  moving = [],
  unread = [],
}: InputParts): PlanInput {
  return {
    topics,
    declared: new Map(topics.map(({ name }) => [name, 'prod/topics'])),
    maps,
    drift: drift ?? driftOf('correct'),
    state: {
      view: { ...view, moving: new Set(moving) },
      settings: new Map(
        [...view.topics]
          .filter((topic) => !unread.includes(topic))
          .map((topic) => [topic, new Map(Object.entries(Object(settings)[topic] ?? {}))]),
      ),
      pods,
      cordoned: new Set(cordoned),
    },
  };
}
