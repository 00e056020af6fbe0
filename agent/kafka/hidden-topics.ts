import { reasonOf } from '../runtime/errors';
import { truncatedList } from '../text/truncated-list';
import { ClusterView, hostedReplicas, unauthorizedTopics } from './cluster-view';
import { KafkaSession } from './connection';

/** No topic has this name. An authorizer that hides it hides topics that exist too. */
const NO_TOPIC = 'cdk8s-kafka.no-such-topic';

/**
 * Returns the reason why the metadata of a broker may lack topics that exist. Kafka leaves out topics that the principal may not describe, and
 * reports no error.
 *
 * @param session with that broker
 * @returns undefined if the metadata has all topics
 */
export async function hiddenTopicsReason(
  session: KafkaSession,
  { topics }: Pick<ClusterView, 'topics'>,
): Promise<string | undefined> {
  const remedy =
    'make the principal of this pod a super user, or grant it Describe on the cluster and on all topics';
  let hosted: readonly string[];
  try {
    hosted = [...(await hostedReplicas(session)).keys()];
  } catch (error) {
    return `${reasonOf(error)}; ${remedy}`;
  }
  // The other missing topics are deleted.
  const hidden = await unauthorizedTopics(session, [
    NO_TOPIC,
    ...hosted.filter((topic) => !topics.has(topic)),
  ]);
  const names = hidden.filter((topic) => topic !== NO_TOPIC).sort();
  return hidden.length === 0
    ? undefined
    : `it denies access to ${truncatedList(names) || 'topics in general'}; ${remedy}`;
}
