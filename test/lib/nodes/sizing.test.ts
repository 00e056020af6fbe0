import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { InstanceType } from '../../../lib';
import { Sizing, kafkaSizingOf, sizingOf } from '../../../lib/nodes/sizing';
import { messageOf } from '../../support/testing';

const fallback: Sizing = { cpu: Cpu.millis(500), memory: Size.gibibytes(2), heap: Size.gibibytes(1) };
const machine = InstanceType.of('m', {
  vcpus: 8,
  memory: Size.gibibytes(16),
  disks: 1,
  diskGigabytes: 100,
});

function read({ cpu, memory, heap }: Sizing): [cpu: string, memory: number, heap: number] {
  return [String(cpu.amount), memory.toMebibytes(), heap.toMebibytes()];
}

test.each<[given: string, props: Partial<Sizing>, machine: InstanceType | undefined, expected: unknown[]]>([
  ['nothing', {}, undefined, ['500m', 2048, 1024]],
  ['memory', { memory: Size.gibibytes(3) }, undefined, ['500m', 3072, 1536]],
  ['heap', { heap: Size.mebibytes(1500) }, undefined, ['500m', 2048, 1500]],
  ['a machine', {}, machine, ['7', 12341, 6144]],
  ['a machine and memory', { memory: Size.gibibytes(3) }, machine, ['7', 3072, 1536]],
  ['a machine and a heap', { heap: Size.gibibytes(2) }, machine, ['7', 12341, 2048]],
])('from %s', (_, props, instanceType, expected) => {
  expect(read(sizingOf('x', props, instanceType, fallback))).toEqual(expected);
});

test('a machine of one CPU is asked for it', () => {
  const small = InstanceType.of('s', {
    vcpus: 1,
    memory: Size.gibibytes(4),
    disks: 1,
    diskGigabytes: 1,
  });

  expect(read(sizingOf('x', {}, small, fallback))[0]).toBe('1');
});

test('the heap is half of the memory, at most 6 GiB, and leaves the JVM its own part', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 1024 * 1024 }), (mebibytes) => {
      const [, memory, heap] = read(
        sizingOf('x', { memory: Size.mebibytes(mebibytes) }, undefined, fallback),
      );
      expect(memory).toBe(mebibytes);
      expect(heap).toBeLessThanOrEqual(Math.min(6 * 1024, mebibytes / 2));
      expect(memory - heap).toBeGreaterThanOrEqual(Math.min(768, mebibytes * 0.75));
      if (mebibytes >= 1536) {
        expect(heap).toBe(Math.min(6 * 1024, Math.floor(mebibytes / 2)));
      }
    }),
  );
});

test('the heap is at most 6 GiB, even where the one of the fallback is larger', () => {
  const large: Sizing = { ...fallback, memory: Size.gibibytes(32), heap: Size.gibibytes(12) };

  expect(read(sizingOf('x', { memory: Size.gibibytes(64) }, undefined, large))[2]).toBe(6 * 1024);
});

test.each([
  [Size.gibibytes(2), '2Gi'],
  [Size.mebibytes(2049), '2049Mi'],
])('fails when the heap is not below the memory (%#)', (heap, text) => {
  expect(messageOf(() => sizingOf("map 'm'", { heap }, undefined, fallback))).toBe(
    `heap ${text} of map 'm' is not below its memory limit 2Gi; ` +
      'the JVM needs memory beside its heap and Kafka lives off the page cache, so give it half or less',
  );
});

test.each<[given: string, props: Partial<Sizing>]>([
  ['2Gi', { heap: Size.kibibytes(1023) }],
  ['1Mi', { memory: Size.mebibytes(1) }],
])('fails when a heap would be below 1 MiB, out of %s', (memory, props) => {
  expect(messageOf(() => sizingOf("map 'm'", props, undefined, fallback))).toBe(
    `map 'm' would get a heap of 0Gi out of a memory of ${memory}; give it what a JVM needs`,
  );
});

test('a heap may have 1 MiB', () => {
  expect(read(sizingOf('x', { heap: Size.kibibytes(1024) }, undefined, fallback))[2]).toBe(1);
});

test.each<[heap: number, warnings: string[]]>([
  [256, []],
  [
    257,
    [
      "cdk8s-kafka: warning: heap 257Mi of map 'm' leaves 767Mi of its memory limit 1Gi; " +
        'the JVM may take more than that for moments, and is killed then, so leave 768Mi',
    ],
  ],
])('says when little is left beside a heap of %s MiB', (heap, expected) => {
  const warnings: string[] = [];
  jest.spyOn(console, 'error').mockImplementation((line: string) => warnings.push(line));
  kafkaSizingOf("map 'm'", { memory: Size.gibibytes(1), heap: Size.mebibytes(heap) }, undefined, fallback);
  expect(warnings).toEqual(expected);
});
