import { setImmediate } from 'node:timers/promises';
import { addProcessMetrics } from '../../../agent/runtime/process-metrics';
import { Counter, Gauge, Registry } from '../../../agent/runtime/prometheus';

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

const gauge = <L extends string>(...labelNames: L[]) =>
  new Gauge<L>({ name: 'leaders', help: 'Leaders', labelNames, registers: [registry] });

test('a page has the help, the type and the values of each metric', async () => {
  gauge('rack', 'disk').set({ rack: 'a', disk: 1 }, 2);
  new Counter({ name: 'failures_total', help: 'Failures', labelNames: ['rack'], registers: [registry] }).inc({
    rack: 'a',
  });
  expect(await registry.metrics()).toBe(
    [
      '# HELP leaders Leaders',
      '# TYPE leaders gauge',
      'leaders{rack="a",disk="1"} 2',
      '',
      '# HELP failures_total Failures',
      '# TYPE failures_total counter',
      'failures_total{rack="a"} 1',
      '',
    ].join('\n'),
  );
});

test('default labels are added, labels of the value win', async () => {
  registry.setDefaultLabels({ cluster: 'events', rack: 'none' });
  gauge('rack').set({ rack: 'a' }, 1);
  expect(await registry.metrics()).toContain('leaders{rack="a",cluster="events"} 1\n');
});

test('quotes, backslashes and line breaks are escaped', async () => {
  new Gauge({ name: 'g', help: 'a\nb\\"', labelNames: ['l'], registers: [registry] }).set({ l: '"\\\n' }, 1);
  expect(await registry.metrics()).toBe('# HELP g a\\nb\\\\"\n# TYPE g gauge\ng{l="\\"\\\\\\n"} 1\n');
});

test.each([
  [NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [1e21, '1e+21'],
  [-0.5, '-0.5'],
])('%p is written as %s', async (value, text) => {
  gauge().set(value);
  expect(await registry.metrics()).toContain(`leaders ${text}\n`);
});

test('a gauge without labels is 0 at first, one with labels has no values', async () => {
  gauge();
  new Gauge({ name: 'with_labels', help: 'Labels', labelNames: ['l'], registers: [registry] });
  expect((await registry.metrics()).match(/^[^#\n].*/gm)).toEqual(['leaders 0']);
});

test('values are set anew, counted, removed and reset by their labels, in any order', async () => {
  const leaders = gauge('rack', 'disk');
  leaders.set({ rack: 'a', disk: 1 }, 1);
  leaders.set({ disk: 1, rack: 'a' }, 2);
  leaders.set({ rack: 'b', disk: 1 }, 3);
  expect((await registry.metrics()).match(/ \d$/gm)).toEqual([' 2', ' 3']);
  leaders.remove({ disk: 1, rack: 'a' });
  expect((await registry.metrics()).match(/ \d$/gm)).toEqual([' 3']);
  leaders.reset();
  expect((await registry.metrics()).match(/ \d$/gm)).toBeNull();
  const failures = new Counter({
    name: 'failures_total',
    help: 'Failures',
    labelNames: ['l'],
    registers: [registry],
  });
  failures.inc({ l: 'a' });
  failures.inc({ l: 'a' }, 4);
  expect(await registry.metrics()).toContain('failures_total{l="a"} 5\n');
});

test('values are updated for every page', async () => {
  let value = 0;
  new Gauge({
    name: 'g',
    help: 'Values',
    registers: [registry],
    collect() {
      this.set(++value);
    },
  });
  await registry.metrics();
  expect(await registry.metrics()).toContain('g 2\n');
});

test('two metrics of one name are an error', () => {
  gauge();
  expect(() => gauge()).toThrow('metric leaders exists');
});

test('the metrics of a process have values', async () => {
  addProcessMetrics(registry, 'agent_');
  globalThis.gc?.();
  await registry.metrics();
  await setImmediate();
  const page = await registry.metrics();
  const valueOf = (name: string) => Number(new RegExp(`^agent_${name} (\\S+)$`, 'm').exec(page)?.[1]);
  for (const name of [
    'process_cpu_user_seconds_total',
    'process_cpu_system_seconds_total',
    'process_cpu_seconds_total',
    'process_start_time_seconds',
    'process_resident_memory_bytes',
    'process_virtual_memory_bytes',
    'process_heap_bytes',
    'process_open_fds',
    'process_max_fds',
    'nodejs_eventloop_lag_seconds',
    'nodejs_heap_size_total_bytes',
    'nodejs_heap_size_used_bytes',
    'nodejs_external_memory_bytes',
  ]) {
    expect([name, valueOf(name)]).toEqual([name, expect.any(Number)]);
    expect([name, valueOf(name) > 0]).toEqual([name, true]);
  }
  for (const name of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']) {
    expect(page).toContain(`\nagent_nodejs_eventloop_lag_${name}_seconds `);
  }
  expect(valueOf('nodejs_heap_space_size_used_bytes\\{space="old"\\}')).toBeGreaterThan(0);
  expect(page).toContain(
    `agent_nodejs_version_info{version="${process.version}",major="${process.versions.node.split('.')[0]}"`,
  );
});
