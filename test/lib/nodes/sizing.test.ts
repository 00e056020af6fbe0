import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { InstanceType } from '../../../lib';
import { Sizing, agentSizingOf, kafkaSizingOf, sizingOf } from '../../../lib/nodes/sizing';
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
  ['an instance type', {}, machine, ['7', 12117, 6058]],
  ['an instance type and memory', { memory: Size.gibibytes(3) }, machine, ['7', 3072, 1536]],
  ['an instance type and a heap', { heap: Size.gibibytes(2) }, machine, ['7', 12117, 2048]],
])('from %s', (_, props, instanceType, expected) => {
  expect(read(sizingOf('x', props, instanceType, fallback))).toEqual(expected);
});

test.each([
  [undefined, 256],
  [Size.gibibytes(2), 256],
  [Size.gibibytes(16), 512],
  [Size.gibibytes(64), 1024],
])('the memory of an agent is 1/32 of that of its server, from 256 MiB to 1 GiB (%#)', (memory, expected) => {
  expect(agentSizingOf({}, memory).memory.toMebibytes()).toBe(expected);
});

test('memory of the agent that is given reduces the memory of a server', () => {
  const agentResources = { memory: Size.gibibytes(2) };

  expect(read(sizingOf('x', { agentResources }, machine, fallback))[1]).toBe(
    machine.allocatableMemory.toMebibytes() - 2048,
  );
});

test('an instance type with one CPU: the request is one CPU', () => {
  const small = InstanceType.of('s', {
    vcpus: 1,
    memory: Size.gibibytes(4),
    disks: 1,
    diskGigabytes: 1,
  });

  expect(read(sizingOf('x', {}, small, fallback))[0]).toBe('1');
});

test('the heap is half of the memory, at most 6 GiB, and leaves memory for the JVM', () => {
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

test('the heap is at most 6 GiB, also with a larger fallback', () => {
  const large: Sizing = { ...fallback, memory: Size.gibibytes(32), heap: Size.gibibytes(12) };

  expect(read(sizingOf('x', { memory: Size.gibibytes(64) }, undefined, large))[2]).toBe(6 * 1024);
});

test.each([
  [Size.gibibytes(2), '2Gi'],
  [Size.mebibytes(2049), '2049Mi'],
])('fails when the heap is not below the memory (%#)', (heap, text) => {
  expect(messageOf(() => sizingOf("map 'm'", { heap }, undefined, fallback))).toBe(
    `heap ${text} of map 'm' must be below its memory limit 2Gi; the JVM needs memory outside its heap and Kafka relies on ` +
      'the page cache, so use half of the memory or less',
  );
});

test.each<[given: string, props: Partial<Sizing>]>([
  ['2Gi', { heap: Size.kibibytes(1023) }],
  ['1Mi', { memory: Size.mebibytes(1) }],
])('fails when the heap is below 1 MiB, with memory %s', (memory, props) => {
  expect(messageOf(() => sizingOf("map 'm'", props, undefined, fallback))).toBe(
    `heap of map 'm' is 0Gi with memory ${memory}; a JVM needs more, so raise memory`,
  );
});

test('a heap can have 1 MiB', () => {
  expect(read(sizingOf('x', { heap: Size.kibibytes(1024) }, undefined, fallback))[2]).toBe(1);
});

test.each<[heap: number, warnings: string[]]>([
  [256, []],
  [
    257,
    [
      "cdk8s-kafka: warning: heap 257Mi of map 'm' leaves 767Mi of its memory limit 1Gi; " +
        'the JVM can need more for short times and is then killed, so leave 768Mi',
    ],
  ],
])('warnings about memory beside a heap of %s MiB', (heap, expected) => {
  const warnings: string[] = [];
  jest.spyOn(console, 'error').mockImplementation((line: string) => warnings.push(line));
  kafkaSizingOf("map 'm'", { memory: Size.gibibytes(1), heap: Size.mebibytes(heap) }, undefined, fallback);
  expect(warnings).toEqual(expected);
});
