import { Size } from 'cdk8s';
import * as fc from 'fast-check';
import { InstanceType, InstanceTypeCapacity, NodeGroup } from '../../../lib';
import { newBrokers, newCluster } from '../../support/cases';
import { Manifest, messageOf, newChart } from '../../support/testing';

const CONSTANTS = Object.values(InstanceType).filter((value) => value instanceof InstanceType);
const TABLE = CONSTANTS.map((machine): [string, InstanceType] => [machine.name, machine]);

const capacity: Required<InstanceTypeCapacity> = {
  vcpus: 8,
  memory: Size.gibibytes(64),
  disks: 2,
  diskGigabytes: 2500,
};

function mebibytes(quantity: string): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity)!;
  return Number(amount) * (unit === 'Gi' ? 1024 : 1);
}

function millicores(quantity: string): number {
  return quantity.endsWith('m') ? parseInt(quantity, 10) : Number(quantity) * 1000;
}

function podOn(machine: InstanceType): Manifest {
  const nodeGroup = NodeGroup.ofInstanceType(machine);
  return newBrokers(newCluster(newChart()), { nodeGroup }).statefulSet.toJson().spec.template.spec;
}

test('names are unique', () => {
  const names = CONSTANTS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(names.length).toBeGreaterThan(15);
});

test.each(Object.entries(InstanceType))(
  'the constant %s has the name of its instance type',
  (constant, machine) => {
    expect(constant).toBe((machine as InstanceType).name.toUpperCase().replaceAll(/[.-]/g, '_'));
  },
);

test.each(TABLE)('%s: the requests of a broker fit the allocatable resources of a node', (_, machine) => {
  // GIVEN
  const { containers } = podOn(machine);

  // THEN: Kubernetes reserves at most 6 % of the first CPU and 1 % of the second on a node of this size
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const memory = sum(containers.map(({ resources }: Manifest) => mebibytes(resources.requests.memory)));
  const cpu = sum(containers.map(({ resources }: Manifest) => millicores(resources.requests.cpu)));
  expect(memory).toBeLessThanOrEqual(machine.allocatableMemory.toMebibytes());
  expect(cpu).toBeLessThanOrEqual(machine.vcpus * 1000 - 200);
});

test.each(TABLE)('%s: half of the memory remains for the page cache', (_, machine) => {
  const [kafka] = podOn(machine).containers;
  const heap = /^-Xms(\d+)m -Xmx(\d+)m$/.exec(
    kafka.env.find(({ name }: Manifest) => name === 'KAFKA_HEAP_OPTS').value,
  )!;

  expect(heap[1]).toBe(heap[2]);
  expect(Number(heap[1])).toBeLessThanOrEqual(
    Math.min(6 * 1024, mebibytes(kafka.resources.limits.memory) / 2),
  );
});

test.each(TABLE)('%s: a volume fits its disk and uses most of it', (_, machine) => {
  const bytes = machine.volumeSize.toGibibytes() * 2 ** 30;
  const disk = machine['diskGigabytes'] * 1e9;

  expect(bytes).toBeLessThanOrEqual(disk * 0.95);
  expect(bytes).toBeGreaterThan(disk * 0.94);
});

test('allocatable memory follows the provider with the largest reservation', () => {
  // 255 MiB/GiB steps: 1 GiB of the first 4, 0.8 of the next 4, 0.8 of the next 8, 2.88 of the next 48, 100 MiB
  const reserved = 1024 + 819.2 + 819.2 + 48 * 1024 * 0.06 + 100;

  expect(InstanceType.of('m', capacity).allocatableMemory.toMebibytes()).toBe(
    Math.floor(64 * 1024 - reserved - 1024),
  );
});

test('a machine with more memory never has less allocatable memory', () => {
  const allocatable = (gibibytes: number) =>
    InstanceType.of('m', { ...capacity, memory: Size.gibibytes(gibibytes) }).allocatableMemory.toMebibytes();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4096 }), (gibibytes) => {
      expect(allocatable(gibibytes + 1)).toBeGreaterThanOrEqual(allocatable(gibibytes));
    }),
  );
});

test.each<[message: string, wrong: Partial<InstanceTypeCapacity>]>([
  ["vcpus of instance type 'm' must be above 0, got 0", { vcpus: 0 }],
  ["memory of instance type 'm' must be above 0, got 0", { memory: Size.mebibytes(0) }],
  ["disks of instance type 'm' must be above 0, got -1", { disks: -1 }],
  ["diskGigabytes of instance type 'm' must be above 0, got NaN", { diskGigabytes: NaN }],
])('fails: %s', (message, wrong) => {
  expect(messageOf(() => InstanceType.of('m', { ...capacity, ...wrong }))).toBe(message);
});
