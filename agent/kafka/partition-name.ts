/** A partition as Kafka names it. */
export function partitionName(topic: string, index: number): string {
  return `${topic}-${index}`;
}
