import { Size, SizeRoundingBehavior } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';

/** A size as a Kubernetes quantity: in Gi if that is a whole number, else in Mi. */
export function quantity(size: Size): string {
  const mebibytes = mebibytesOf(size);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** Largest size: 1 PiB. Kubernetes stores quantities in 63 bits, and adds them. */
const MAX_MEBIBYTES = 2 ** 30;

/** A size in whole mebibytes, rounded down. */
export function mebibytesOf(size: Size): number {
  const mebibytes = size.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR });
  if (!(mebibytes >= 0) || mebibytes > MAX_MEBIBYTES) {
    throw new Error(`a size is ${mebibytes} MiB; it must be from 0 MiB to 1 PiB (${MAX_MEBIBYTES} MiB)`);
  }
  return mebibytes;
}

/** A CPU amount as a Kubernetes quantity. */
export function cpuQuantity(cpu: Cpu): string {
  if (!(cpusOf(cpu) > 0) || cpusOf(cpu) > 10_000) {
    throw new Error(`a CPU request is ${cpu.amount}; it must be above 0 and at most 10000 CPUs`);
  }
  // The amount is a string such as '250m' or '2' already.
  return String(cpu.amount);
}

/** A CPU amount as a number of CPUs. */
export function cpusOf(cpu: Cpu): number {
  return Number(String(cpu.amount).replace(/m$/, 'e-3'));
}
