/*
 * Accounting for records by identity: a count alone would not notice one record lost and another one twice.
 */

/** A record as Kafka acknowledged it. */
export interface Acknowledged {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

interface Event extends Acknowledged {
  readonly name: string;
}

/** Records among the events that Kafka's verifiable producer or consumer prints. */
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
    ...said(missing, 'acknowledged records are missing'),
    ...said(changed, 'records have another value than was acknowledged'),
    ...said(unknown, 'records were never acknowledged'),
    ...(readByPlace.size < read.length ? [`${read.length - readByPlace.size} records came twice`] : []),
    ...(writtenPlaces.size < written.length
      ? [`${written.length - writtenPlaces.size} records were acknowledged at the place of another one`]
      : []),
  ];
}

function said(records: readonly Acknowledged[], what: string): string[] {
  const examples = records.slice(0, 3).map((record) => `${record.value} at ${placeOf(record)}`);
  return records.length === 0 ? [] : [`${records.length} ${what}, such as ${examples.join(', ')}`];
}

function placeOf({ topic, partition, offset }: Acknowledged): string {
  return `${topic}-${partition}@${offset}`;
}
