import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { cpuQuantity, mebibytesOf, quantity } from '../../../lib/kubernetes/quantities';

test.each([
  [Size.gibibytes(2), '2Gi', 2048],
  [Size.mebibytes(2048), '2Gi', 2048],
  [Size.mebibytes(2047), '2047Mi', 2047],
  [Size.tebibytes(2), '2048Gi', 2 * 1024 * 1024],
  [Size.kibibytes(1024 * 3 + 512), '3Mi', 3],
])('a size is formatted in the largest unit that keeps it whole (%#)', (size, text, mebibytes) => {
  expect(quantity(size)).toBe(text);
  expect(mebibytesOf(size)).toBe(mebibytes);
});

test.each([
  [Cpu.units(2), '2'],
  [Cpu.units(0.5), '0.5'],
  [Cpu.millis(250), '250m'],
])('a CPU amount is formatted as Kubernetes does (%#)', (cpu, text) => {
  expect(cpuQuantity(cpu)).toBe(text);
});

test.each([Size.tebibytes(8_000_000), Size.tebibytes(1025), Size.gibibytes(NaN)])(
  'fails for a size that Kubernetes cannot add (%#)',
  (size) => {
    expect(() => quantity(size)).toThrow(
      /^a size is \S+ MiB; it must be from 0 MiB to 1 PiB \(1073741824 MiB\)$/,
    );
  },
);
