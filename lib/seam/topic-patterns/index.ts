export { INTERNAL_TOPICS, MAX_NAME_LENGTH, isTopicName } from './topic-names';
export { TopicPattern } from './topic-pattern';
