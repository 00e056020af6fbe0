export { INTERNAL_TOPICS, isTopicName } from './topic-names';
export { TopicPattern } from './topic-pattern';
