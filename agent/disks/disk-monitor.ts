import { BrokerConfig } from '../../lib/seam/agent-config';
import { ownBroker } from '../kafka/addresses';
import { KafkaSession } from '../kafka/connection';
import { DescribedLogDir, describedLogDirs } from '../kafka/described-log-dirs';
import { ignoreUnavailable } from '../kafka/ignore-unavailable';
import { EventRecorder } from '../kubernetes/events';
import { Verdict } from '../readiness/verdict';
import { Reconciler } from '../runtime/reconcile-loop';

const INTERVAL_MS = 30_000;
const DEADLINE_MS = 10_000;

/** Observes the log directories of a broker: their free space, and whether Kafka has taken one of them offline. */
export class DiskMonitor implements Reconciler {
  readonly title = 'the state of the log directories';
  /** Log directories at the last observation. */
  logDirs: readonly DescribedLogDir[] = [];
  private observedAt = -Infinity;

  constructor(
    private readonly describe: () => Promise<readonly DescribedLogDir[] | undefined>,
    private readonly recordEvent: EventRecorder,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  async reconcile(): Promise<void> {
    if (this.monotonicMs() - this.observedAt < INTERVAL_MS) {
      return;
    }
    const found = await this.describe();
    if (found === undefined) {
      return;
    }
    const before = this.offline;
    this.logDirs = found;
    this.observedAt = this.monotonicMs();
    const failed = this.offline.filter((path) => !before.includes(path));
    if (failed.length > 0) {
      await this.recordEvent('Warning', 'LogDirOffline', offlineReason(failed));
    }
  }

  /** Adds the log directories that are offline to the reason of a broker that is not in sync. */
  explain(verdict: Verdict): Verdict {
    const { offline } = this;
    return verdict.ready || offline.length === 0
      ? verdict
      : { ...verdict, reason: `${offlineReason(offline)}; ${verdict.reason}` };
  }

  private get offline(): string[] {
    return this.logDirs.filter(({ isOnline }) => !isOnline).map(({ path }) => path);
  }
}

function offlineReason(paths: readonly string[]): string {
  return (
    `Kafka has had an I/O error in ${paths.join(', ')} and does not use it until it restarts: check the disk, and delete the pod ` +
    'when it is writable or replaced'
  );
}

/** Returns a monitor of the log directories of a broker. */
export function diskMonitorOf(config: BrokerConfig, id: number, recordEvent: EventRecorder): DiskMonitor {
  return new DiskMonitor(
    () => KafkaSession.with(ownBroker(config, id), DEADLINE_MS, describedLogDirs).catch(ignoreUnavailable),
    recordEvent,
  );
}
