/*
 * Advice about the errors with which Kafka rejects requests about topics.
 */
import { plural } from '../../text/plural';
import { TOPIC_ERROR } from '../../kafka/topic-admin';
import { Rejection } from './apply-plan';

/** Errors that pass without an operator. */
const TEMPORARY: readonly number[] = [
  TOPIC_ERROR.requestTimedOut,
  TOPIC_ERROR.invalidReplicaAssignment,
  TOPIC_ERROR.notController,
  TOPIC_ERROR.reassignmentInProgress,
  TOPIC_ERROR.throttlingQuotaExceeded,
];

const UNAUTHORIZED: readonly number[] = [
  TOPIC_ERROR.topicAuthorizationFailed,
  TOPIC_ERROR.clusterAuthorizationFailed,
];

const HINTS: Readonly<Record<number, string>> = {
  [TOPIC_ERROR.invalidReplicaAssignment]:
    'a broker has left or is cordoned; the next run places the replicas again',
  [TOPIC_ERROR.invalidConfig]: 'correct the setting in the declaration',
  [TOPIC_ERROR.policyViolation]:
    'change the declaration, or the policy of the brokers (create.topic.policy.class.name)',
  [TOPIC_ERROR.deletionDisabled]: "set 'delete.topic.enable' of the cluster to true, or remove prune",
};

/** Rejections by their effect. */
export interface SortedRejections {
  /** The next run tries again. */
  readonly temporary: readonly Rejection[];
  /** The principal of the run lacks a right. One message is about all of them. */
  readonly unauthorized: readonly Rejection[];
  readonly final: readonly Rejection[];
}

/** Sorts rejections by their effect. */
export function sortRejections(rejections: readonly Rejection[]): SortedRejections {
  const isIn = (codes: readonly number[]) => (rejection: Rejection) => codes.includes(rejection.errorCode);
  return {
    temporary: rejections.filter(isIn(TEMPORARY)),
    unauthorized: rejections.filter(isIn(UNAUTHORIZED)),
    final: rejections.filter(({ errorCode }) => ![...TEMPORARY, ...UNAUTHORIZED].includes(errorCode)),
  };
}

/** A rejection with its remedy, in words. */
export function explain({ action, errorCode, message }: Rejection): string {
  const hint = HINTS[errorCode];
  return `Kafka rejects the request to ${action}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
}

/** One message about all topics for which a right is missing; undefined if there are none. */
export function explainUnauthorized(rejections: readonly Rejection[]): string | undefined {
  if (rejections.length === 0) {
    return undefined;
  }
  const actions = [...new Set(rejections.map(({ action }) => action))].join(', ');
  return (
    `Kafka denies the topic synchronization to ${actions} ${plural(rejections.length, 'topic')}: ${rejections[0].message}; grant its ` +
    'principal Create, Alter, AlterConfigs, Describe and DescribeConfigs on all topics, and Delete for prune'
  );
}
