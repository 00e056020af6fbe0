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

/** Changes that a run makes, and its findings. */
export interface TopicPlan {
  readonly create: readonly PlacedTopic[];
  readonly addPartitions: readonly PlannedPartitions[];
  readonly changeSettings: readonly PlannedSettings[];
  readonly delete: readonly PlannedDeletion[];
  /** Reassignments that would make topics as declared. A run does not make them, because they move data. */
  readonly moves: readonly ReplicaMove[];
  /** Differences that a run does not change. */
  readonly drift: readonly Finding[];
  /** Topics without a declaration that are not on the brokers of exactly one map. */
  readonly unmanaged: readonly UnmanagedTopics[];
  /** Topics that wait for brokers. */
  readonly waiting: readonly Finding[];
  /** Declarations that cannot be fulfilled. */
  readonly refused: readonly Finding[];
  /** Differences between the brokers of the maps and their pods. */
  readonly brokers: readonly string[];
  /** Reason why no topic is deleted, although some are due. */
  readonly pruneBlocked?: string;
}

/** True if a run would change something. */
export function hasChanges(plan: TopicPlan): boolean {
  return [plan.create, plan.addPartitions, plan.changeSettings, plan.delete].some(({ length }) => length > 0);
}
