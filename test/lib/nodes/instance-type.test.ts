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
  networkMegabits: 2500,
  maxPods: 10,
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

/** Allocatable memory in MiB that Karpenter publishes: https://karpenter.sh/docs/reference/instance-types/ */
const KARPENTER: [name: string, mebibytes: number][] = [
  ['i3.2xlarge', 56786],
  ['i3.4xlarge', 112629],
  ['i3.8xlarge', 228187],
  ['i3en.xlarge', 29317],
  ['i3en.2xlarge', 59627],
  ['i3en.3xlarge', 89938],
  ['i3en.6xlarge', 178933],
  ['i3en.12xlarge', 360795],
  ['i4g.2xlarge', 59568],
  ['i4g.4xlarge', 118253],
  ['i4g.8xlarge', 239495],
  ['i4i.2xlarge', 59627],
  ['i4i.4xlarge', 118312],
  ['i4i.8xlarge', 239554],
  ['i7i.2xlarge', 59627],
  ['i7i.4xlarge', 118312],
  ['i7i.8xlarge', 239554],
  ['i7i.12xlarge', 360795],
  ['i7ie.xlarge', 29317],
  ['i7ie.2xlarge', 59627],
  ['i7ie.3xlarge', 89938],
  ['i7ie.6xlarge', 178933],
  ['i7ie.12xlarge', 359035],
  ['i8g.2xlarge', 59568],
  ['i8g.4xlarge', 118253],
  ['i8g.8xlarge', 239495],
  ['i8g.12xlarge', 360736],
  ['i8ge.xlarge', 29258],
  ['i8ge.2xlarge', 59568],
  ['i8ge.3xlarge', 88581],
  ['i8ge.6xlarge', 178236],
  ['i8ge.12xlarge', 359460],
  ['im4gn.xlarge', 14103],
  ['im4gn.2xlarge', 29258],
  ['im4gn.4xlarge', 57632],
  ['im4gn.8xlarge', 118253],
  ['is4gen.xlarge', 21680],
  ['is4gen.2xlarge', 44413],
  ['is4gen.4xlarge', 87943],
  ['is4gen.8xlarge', 178874],
  ['d3.xlarge', 29845],
  ['d3.2xlarge', 60067],
  ['d3.4xlarge', 120468],
  ['d3en.xlarge', 14690],
  ['d3en.2xlarge', 29757],
  ['d3en.4xlarge', 59847],
];

test.each(KARPENTER)(
  '%s: a broker and 1 GiB of DaemonSets fit the memory that Karpenter expects',
  (name, mebibytes) => {
    const [, machine] = TABLE.find(([other]) => other === name)!;

    expect(machine.allocatableMemory.toMebibytes() + 1024).toBeLessThanOrEqual(mebibytes);
    expect(machine.allocatableMemory.toMebibytes() + 1024).toBeGreaterThan(mebibytes * 0.89);
  },
);

test('the table has all instance types of AWS', () => {
  const ofAws = CONSTANTS.map(({ name }) => name).filter((name) => name.includes('.'));
  expect(KARPENTER.map(([name]) => name).sort()).toEqual(ofAws.sort());
});

test('allocatable memory follows the provider with the largest reservation', () => {
  const of = (maxPods: number) =>
    InstanceType.of('m', { ...capacity, maxPods }).allocatableMemory.toMebibytes();
  // Google: 1 GiB of the first 4, 0.8 of the next 4, 0.8 of the next 8, 6 % of the next 48, 100 MiB
  const google = 1024 + 819.2 + 819.2 + 48 * 1024 * 0.06 + 100;

  expect(of(10)).toBe(Math.floor(64 * 1024 - google - 1024));
  expect(of(500)).toBe(Math.floor((64 * 1024 - 64) * 0.925 - 255 - 5500 - 100 - 1024));
});

test('network bandwidth is known for AWS and Azure', () => {
  expect(InstanceType.I7IE_3XLARGE.networkMegabits).toBe(12500);
  expect(InstanceType.STANDARD_L16S_V4.networkMegabits).toBe(12500);
  expect(InstanceType.of('m', capacity).networkMegabits).toBe(2500);
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
  ["networkMegabits of instance type 'm' must be above 0, got 0", { networkMegabits: 0 }],
  ["maxPods of instance type 'm' must be above 0, got -5", { maxPods: -5 }],
])('fails: %s', (message, wrong) => {
  expect(messageOf(() => InstanceType.of('m', { ...capacity, ...wrong }))).toBe(message);
});
