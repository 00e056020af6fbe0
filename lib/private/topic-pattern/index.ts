export { INTERNAL_TOPICS, isTopicName } from './topic-name';
export { TopicPattern } from './topic-pattern';
