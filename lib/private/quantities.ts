import { Size, SizeRoundingBehavior } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';

/** A size as Kubernetes writes it, in the largest unit that keeps it whole. */
export function quantity(size: Size): string {
  const mebibytes = mebibytesOf(size);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** Whole mebibytes, rounded down. */
export function mebibytesOf(size: Size): number {
  return size.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR });
}

/** A CPU amount as Kubernetes writes it. */
export function cpuQuantity(cpu: Cpu): string {
  // The amount is a string such as '250m' or '2' already.
  return String(cpu.amount);
}
