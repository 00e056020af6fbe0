/**
 * Kafka rejects a whole request that would write more than 10,000 metadata records: one for each topic, partition and setting.
 * One less is safe, whether or not Kafka counts a record that it adds itself.
 */
const MAX_RECORDS = 9_999;
/** More topics in one request are not faster, and a failure would affect more of them. */
const MAX_TOPICS = 100;

/** Splits topics into requests that Kafka accepts. */
export function batches<T>(topics: readonly T[], recordsOf: (topic: T) => number): T[][] {
  const found: T[][] = [];
  let room = 0;
  for (const topic of topics) {
    const records = recordsOf(topic);
    const last = found[found.length - 1];
    if (last && last.length < MAX_TOPICS && records <= room) {
      last.push(topic);
      room -= records;
    } else {
      found.push([topic]);
      room = MAX_RECORDS - records;
    }
  }
  return found;
}
