/** Name of a partition, as Kafka writes it: `topic-partition`. */
export function partitionName(topic: string, index: number): string {
  return `${topic}-${index}`;
}
