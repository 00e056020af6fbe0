/*
 * Metrics of the process itself, with the names that Node.js clients of Prometheus commonly use.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { PerformanceEntry, PerformanceObserver, constants, monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import { Registry, Sample } from './prometheus';

/** Adds the metrics of this process. */
export function addProcessMetrics(registry: Registry, prefix: string): void {
  const gauge = (name: string, help: string, value: () => number | undefined | Sample[]) =>
    registry.add(`${prefix}${name}`, help, 'gauge', () => samplesOf(value()));
  const counter = (name: string, help: string, value: () => number) =>
    registry.add(`${prefix}${name}`, help, 'counter', () => samplesOf(value()));

  counter('process_cpu_user_seconds_total', 'User CPU time in seconds.', () => process.cpuUsage().user / 1e6);
  counter(
    'process_cpu_system_seconds_total',
    'System CPU time in seconds.',
    () => process.cpuUsage().system / 1e6,
  );
  counter('process_cpu_seconds_total', 'User and system CPU time in seconds.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  const startTime = Math.round(Date.now() / 1000 - process.uptime());
  gauge('process_start_time_seconds', 'Start time of the process as Unix time in seconds.', () => startTime);
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', () => processStatus('VmRSS'));
  gauge('process_virtual_memory_bytes', 'Virtual memory size in bytes.', () => processStatus('VmSize'));
  gauge('process_heap_bytes', 'Data segment size in bytes.', () => processStatus('VmData'));
  gauge('process_open_fds', 'Number of open file descriptors.', openFiles);
  gauge('process_max_fds', 'Maximum number of open file descriptors.', maxOpenFiles);
  addEventLoopMetrics(gauge);
  gauge('nodejs_active_resources', 'Resources that keep the event loop alive, by type.', activeResources);
  gauge(
    'nodejs_active_resources_total',
    'Number of resources that keep the event loop alive.',
    () => process.getActiveResourcesInfo().length,
  );
  gauge('nodejs_heap_size_total_bytes', 'Heap size in bytes.', () => process.memoryUsage().heapTotal);
  gauge('nodejs_heap_size_used_bytes', 'Used heap size in bytes.', () => process.memoryUsage().heapUsed);
  gauge(
    'nodejs_external_memory_bytes',
    'External memory size in bytes.',
    () => process.memoryUsage().external,
  );
  gauge('nodejs_heap_space_size_total_bytes', 'Size of heap spaces in bytes.', () =>
    heapSpaces('space_size'),
  );
  gauge('nodejs_heap_space_size_used_bytes', 'Used size of heap spaces in bytes.', () =>
    heapSpaces('space_used_size'),
  );
  gauge('nodejs_heap_space_size_available_bytes', 'Available size of heap spaces in bytes.', () =>
    heapSpaces('space_available_size'),
  );
  gauge('nodejs_version_info', 'Version of Node.js.', nodeVersion);
  addGcMetrics(registry, prefix);
}

type AddGauge = (name: string, help: string, value: () => number) => void;

function samplesOf(value: number | undefined | Sample[]): Sample[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [{ value }];
}

function addEventLoopMetrics(gauge: AddGauge): void {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  let lag = 0;
  gauge('nodejs_eventloop_lag_seconds', 'Lag of the event loop at the previous scrape in seconds.', () => {
    const start = performance.now();
    setImmediate(() => (lag = (performance.now() - start) / 1000));
    return lag;
  });
  const delay = (name: string, help: string, nanoseconds: () => number) =>
    gauge(
      `nodejs_eventloop_lag_${name}_seconds`,
      `${help} since the previous scrape in seconds.`,
      () => nanoseconds() / 1e9,
    );
  delay('min', 'Minimum delay of the event loop', () => delays.min);
  delay('max', 'Maximum delay of the event loop', () => delays.max);
  delay('mean', 'Mean delay of the event loop', () => delays.mean);
  delay('stddev', 'Standard deviation of delays of the event loop', () => delays.stddev);
  delay('p50', '50th percentile of delays of the event loop', () => delays.percentile(50));
  delay('p90', '90th percentile of delays of the event loop', () => delays.percentile(90));
  delay('p99', '99th percentile of delays of the event loop', () => {
    const value = delays.percentile(99);
    // Metrics are read in the order in which they were added, and this is the last one of the delays.
    delays.reset();
    return value;
  });
}

interface GcEntry extends PerformanceEntry {
  readonly detail: { readonly kind: number };
}

const GC_KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};
const GC_BUCKETS_SECONDS = [0.001, 0.01, 0.1, 1, 2, 5];

function addGcMetrics(registry: Registry, prefix: string): void {
  const kinds = new Map<string, { readonly buckets: number[]; sum: number; count: number }>();
  new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries() as GcEntry[]) {
      const kind = GC_KINDS[detail.kind];
      const seconds = duration / 1000;
      const seen = kinds.get(kind) ?? { buckets: GC_BUCKETS_SECONDS.map(() => 0), sum: 0, count: 0 };
      GC_BUCKETS_SECONDS.forEach((bound, index) => (seen.buckets[index] += seconds <= bound ? 1 : 0));
      seen.sum += seconds;
      seen.count++;
      kinds.set(kind, seen);
    }
  }).observe({ entryTypes: ['gc'] });
  registry.add(
    `${prefix}nodejs_gc_duration_seconds`,
    'Duration of garbage collections, by kind.',
    'histogram',
    () =>
      [...kinds].flatMap(([kind, { buckets, sum, count }]): Sample[] => [
        ...buckets.map((value, index) => ({
          suffix: '_bucket',
          labels: { le: GC_BUCKETS_SECONDS[index], kind },
          value,
        })),
        { suffix: '_bucket', labels: { le: '+Inf', kind }, value: count },
        { suffix: '_sum', labels: { kind }, value: sum },
        { suffix: '_count', labels: { kind }, value: count },
      ]),
  );
}

function activeResources(): Sample[] {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].map(([type, value]) => ({ labels: { type }, value }));
}

function heapSpaces(field: 'space_size' | 'space_used_size' | 'space_available_size'): Sample[] {
  return getHeapSpaceStatistics().map((space) => ({
    labels: { space: space.space_name.replace(/_space$/, '') },
    value: space[field],
  }));
}

function nodeVersion(): Sample[] {
  const { version } = process;
  const [major, minor, patch] = version.slice(1).split('.');
  return [{ labels: { version, major, minor, patch }, value: 1 }];
}

/** Reads a size in bytes; absent on systems without /proc. */
function processStatus(field: 'VmRSS' | 'VmSize' | 'VmData'): number | undefined {
  const [, kilobytes] = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(procFile('status')) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function maxOpenFiles(): number | undefined {
  const [, limit] = /^Max open files\s+(\d+)/m.exec(procFile('limits')) ?? [];
  return limit === undefined ? undefined : Number(limit);
}

function openFiles(): number | undefined {
  try {
    // One of them is the listed folder.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}

function procFile(name: string): string {
  try {
    return readFileSync(`/proc/self/${name}`, 'utf8');
  } catch {
    return '';
  }
}
