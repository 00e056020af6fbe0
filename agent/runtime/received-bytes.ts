import { getHeapStatistics } from 'node:v8';

const MIB = 2 ** 20;
const LEAST = 16 * MIB;
/** The heap takes half of the memory of the container. Some responses can be in memory at the same time. */
const SHARE_OF_HEAP = 1 / 8;

/** Maximum size of a response that this process reads: 16 MiB in a container with 256 MiB, and more with more memory. */
export function maxReceivedBytes(heapLimit = getHeapStatistics().heap_size_limit): number {
  return Math.max(LEAST, Math.floor(heapLimit * SHARE_OF_HEAP));
}
