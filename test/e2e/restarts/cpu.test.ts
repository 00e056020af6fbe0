import { CpuPressure } from './program/cpu';

let text: string;
let now: number;
const pressure = () =>
  new CpuPressure(
    () => text,
    () => now,
  );
const file = (total: number) =>
  `some avg10=1.00 avg60=2.00 avg300=3.00 total=${total}\nfull avg10=0.00 total=7\n`;

beforeEach(() => {
  now = 0;
  text = file(5_000_000);
});

test('the share since the last call', () => {
  const cpu = pressure();
  expect(cpu.takeShare()).toBe(0);
  text = file(5_900_000);
  now = 1_000;
  expect(cpu.takeShare()).toBe(0.9);
  text = file(5_950_000);
  now = 2_000;
  expect(cpu.takeShare()).toBe(0.05);
});

test('clocks that differ do not exceed the limits', () => {
  const cpu = pressure();
  cpu.takeShare();
  text = file(9_000_000);
  now = 1_000;
  expect(cpu.takeShare()).toBe(1);
});

test('a kernel that does not measure it', () => {
  const missing = new CpuPressure(() => {
    throw new Error('ENOENT');
  });
  expect([missing.takeShare(), missing.takeShare()]).toEqual([0, 0]);
});
