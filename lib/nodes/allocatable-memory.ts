/*
 * Memory of nodes that pods can request. Providers reserve different amounts for the kernel, the kubelet and eviction.
 */

/** Allocatable memory of a machine in MiB: the least that the major cloud providers leave. */
export function allocatableMebibytes(total: number, maxPods: number): number {
  return Math.min(total - googleReservation(total), awsAllocatable(total, maxPods));
}

/** 25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % above, and 100 MiB for eviction. */
function googleReservation(total: number): number {
  let left = total;
  let reserved = 100;
  for (const [gibibytes, share] of [
    [4, 0.25],
    [4, 0.2],
    [8, 0.1],
    [112, 0.06],
    [Infinity, 0.02],
  ]) {
    const part = Math.min(left, gibibytes * 1024);
    reserved += part * share;
    left -= part;
  }
  return reserved;
}

/**
 * Karpenter expects 7.5 % less memory than a machine has, and the kernel of Arm machines keeps 64 MiB. EKS reserves 255 MiB,
 * 11 MiB for each pod, and 100 MiB for eviction.
 */
function awsAllocatable(total: number, maxPods: number): number {
  return (total - 64) * 0.925 - 255 - 11 * maxPods - 100;
}
