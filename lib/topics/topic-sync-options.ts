import { Duration } from 'cdk8s';
import { DURATION, enumOf, number } from '../input/kinds';
import { PropTable, optional } from '../input/props';

/** Action of the topic synchronization on a difference between a topic and its declaration. */
export enum DriftAction {
  /** It changes the topic. */
  CORRECT = 'correct',
  /** It reports the difference. */
  REPORT = 'report',
  /** It ignores the difference. */
  IGNORE = 'ignore',
}

/**
 * Action of the topic synchronization on each kind of difference. Other differences would move data, so they are only reported:
 * the number of replicas, replicas outside of the map, and replicas that share a zone.
 */
export interface TopicDrift {
  /**
   * A setting has another value than the declaration of the topic, or the defaults of its map.
   *
   * @default DriftAction.CORRECT
   */
  readonly settings?: DriftAction;

  /**
   * A topic has a setting that neither its declaration nor the defaults of its map name. `CORRECT` removes it, so that the
   * default of the cluster applies. Replication throttles are left alone.
   *
   * @default DriftAction.IGNORE
   */
  readonly undeclaredSettings?: DriftAction;

  /**
   * A topic has fewer partitions than declared. More partitions change the partition of most keys. A topic with more partitions
   * than declared is always reported, because Kafka cannot remove partitions.
   *
   * @default DriftAction.CORRECT
   */
  readonly partitions?: DriftAction;

  /**
   * A topic is on the brokers of its map and has no declaration: `REPORT` or `IGNORE`. Ignore them where applications create their own
   * topics, such as Kafka Streams and Kafka Connect. Topics without a declaration that match no map, or have replicas outside of their
   * map, are always reported. `CORRECT` is not possible; see `prune`.
   *
   * @default DriftAction.REPORT
   */
  readonly undeclaredTopics?: DriftAction;
}

/** Properties of TopicDrift. */
export const TOPIC_DRIFT: PropTable<TopicDrift> = {
  settings: optional(enumOf(DriftAction)),
  undeclaredSettings: optional(enumOf(DriftAction)),
  partitions: optional(enumOf(DriftAction)),
  undeclaredTopics: optional(enumOf(DriftAction)),
};

/**
 * Deletion of topics that were declared once and are not any more. Nothing is deleted while a list is missing, empty or not
 * valid, or while it has lost more than a third of its topics. Runs announce a deletion before.
 */
export interface TopicPrune {
  /**
   * Time for which a topic has to be absent from all lists, in two runs at least.
   *
   * @default Duration.days(1)
   */
  readonly minAge?: Duration;

  /**
   * Maximum number of topics that a run deletes.
   *
   * @default 10
   */
  readonly maxPerRun?: number;
}

/** Properties of TopicPrune. */
export const TOPIC_PRUNE: PropTable<TopicPrune> = {
  minAge: optional(DURATION),
  maxPerRun: optional(number(10)),
};
