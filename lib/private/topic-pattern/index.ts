export { INTERNAL_TOPICS } from './topic-name';
export { TopicPattern } from './topic-pattern';
