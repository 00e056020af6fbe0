/** Maximum length of a topic name. It leaves room for the partition suffix in a directory name of 255 characters. */
export const MAX_NAME_LENGTH = 249;

/** True if Kafka accepts the name of a topic. */
export function isTopicName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && /^[a-zA-Z0-9._-]+$/.test(name) && name !== '.' && name !== '..';
}

/** Names of Kafka's internal topics. */
export const INTERNAL_TOPICS: readonly string[] = [
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
  '__cluster_metadata',
  '__remote_log_metadata',
];
