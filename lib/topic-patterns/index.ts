export { INTERNAL_TOPICS, isTopicName } from '../kafka/topic-names';
export { TopicPattern } from './topic-pattern';
