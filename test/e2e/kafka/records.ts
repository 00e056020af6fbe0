/*
 * Comparison of records by their identity. With counts only, a duplicate could hide a lost record.
 */

/** An acknowledged record. */
export interface Acknowledged {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

interface Event extends Acknowledged {
  readonly name: string;
}

/** Records in the output of Kafka's verifiable producer or consumer. */
export function recordsIn(output: string, event: 'producer_send_success' | 'record_data'): Acknowledged[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(`"${event}"`))
    .map((line) => {
      const { topic, partition, offset, value } = JSON.parse(line) as Event;
      return { topic, partition, offset, value };
    });
}

/** Problems with the records that were read. */
export function discrepancies(written: readonly Acknowledged[], read: readonly Acknowledged[]): string[] {
  const readByPlace = new Map(read.map((record) => [placeOf(record), record.value]));
  const writtenPlaces = new Set(written.map(placeOf));
  const missing = written.filter((record) => !readByPlace.has(placeOf(record)));
  const changed = written.filter(
    (record) => readByPlace.has(placeOf(record)) && readByPlace.get(placeOf(record)) !== record.value,
  );
  const unknown = read.filter((record) => !writtenPlaces.has(placeOf(record)));
  return [
    ...formatRecords(missing, 'acknowledged records are missing'),
    ...formatRecords(changed, 'records have another value than the acknowledged one'),
    ...formatRecords(unknown, 'records were never acknowledged'),
    ...(readByPlace.size < read.length ? [`${read.length - readByPlace.size} records were read twice`] : []),
    ...(writtenPlaces.size < written.length
      ? [`${written.length - writtenPlaces.size} records were acknowledged with the offset of another one`]
      : []),
  ];
}

function formatRecords(records: readonly Acknowledged[], what: string): string[] {
  const examples = records.slice(0, 3).map((record) => `${record.value} at ${placeOf(record)}`);
  return records.length === 0 ? [] : [`${records.length} ${what}, such as ${examples.join(', ')}`];
}

function placeOf({ topic, partition, offset }: Acknowledged): string {
  return `${topic}-${partition}@${offset}`;
}
