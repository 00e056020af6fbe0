import { PlacedTopic } from '../kafka/topic-admin';

/**
 * Kafka refuses a request as a whole when it would write more than 10 000 metadata records. One less is safe whether or
 * not it counts a record that it adds by itself.
 */
const MOST_RECORDS = 9_999;
/** More topics in one request gain no speed, and a failure would take more with it. */
const TOPICS = 100;

/** Cuts topics into requests that Kafka takes. */
export function batches(topics: readonly PlacedTopic[]): PlacedTopic[][] {
  const found: PlacedTopic[][] = [];
  let room = 0;
  for (const topic of topics) {
    const records = 1 + topic.assignments.length + Object.keys(topic.config).length;
    const last = found[found.length - 1];
    if (last && last.length < TOPICS && records <= room) {
      last.push(topic);
      room -= records;
    } else {
      found.push([topic]);
      room = MOST_RECORDS - records;
    }
  }
  return found;
}
