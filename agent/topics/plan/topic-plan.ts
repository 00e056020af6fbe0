import { AddedPartitions, PlacedTopic, TopicSettingsChange } from '../../kafka/topic-admin';
import { ReplicaMove } from './moves';
import { UnmanagedTopics } from './unmanaged-topics';

/** Message about a topic. */
export interface Finding {
  readonly topic: string;
  readonly message: string;
}

/** A change of settings, with the present values. */
export interface PlannedSettings extends TopicSettingsChange {
  readonly from: Readonly<Record<string, string | undefined>>;
}

/** Partitions to add, with the present number. */
export interface PlannedPartitions extends AddedPartitions {
  readonly from: number;
}

/** A topic to delete. */
export interface PlannedDeletion {
  readonly name: string;
  /** Time of the first run without a declaration, in milliseconds since 1970. */
  readonly absentSince: number;
}

/** A topic that a later run deletes unless it is declared again. */
export interface PendingDeletion extends PlannedDeletion {
  /** Earliest time of the deletion, in milliseconds since 1970. */
  readonly dueAt: number;
}

/** Topics whose settings could not be compared. */
export interface UnreadSettings {
  readonly topics: readonly string[];
  /** Reason why Kafka was not reached; absent if Kafka has answered without these topics. */
  readonly unreachable?: string;
}

/** Changes that a run makes, and its findings. */
export interface TopicPlan {
  readonly create: readonly PlacedTopic[];
  readonly addPartitions: readonly PlannedPartitions[];
  readonly changeSettings: readonly PlannedSettings[];
  readonly delete: readonly PlannedDeletion[];
  readonly pending: readonly PendingDeletion[];
  /** Reassignments that would make topics as declared. A run does not make them, because they move data. */
  readonly moves: readonly ReplicaMove[];
  /** Differences that a run does not change. */
  readonly drift: readonly Finding[];
  readonly unreadSettings?: UnreadSettings;
  /** Topics without a declaration. */
  readonly unmanaged: readonly UnmanagedTopics[];
  /** Topics that wait for brokers. */
  readonly waiting: readonly Finding[];
  /** Declarations that cannot be fulfilled. */
  readonly refused: readonly Finding[];
  /** Differences between the brokers of the maps and their pods. */
  readonly brokers: readonly string[];
  /** Reason why no topic is deleted, although some are absent. */
  readonly pruneBlocked?: string;
  /** True if an operator holds the settings of topics. */
  readonly areSettingsHeld: boolean;
}

/** True if a run would change something. */
export function hasChanges(plan: TopicPlan): boolean {
  return [plan.create, plan.addPartitions, plan.changeSettings, plan.delete].some(({ length }) => length > 0);
}

/** True if something is not as declared, or not known. */
export function hasDifferences(plan: TopicPlan): boolean {
  const { pending, moves, drift, unmanaged, waiting, refused, brokers } = plan;
  return (
    hasChanges(plan) ||
    [pending, moves, drift, unmanaged, waiting, refused, brokers].some(({ length }) => length > 0) ||
    plan.unreadSettings !== undefined ||
    plan.pruneBlocked !== undefined
  );
}
