/*
 * Stop and restart of one server, for `serve`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  FORCE_STOP_ANNOTATION,
  QuorumMemberConfig,
  ServerPodConfig,
  StopConfig,
} from '../../lib/seam/agent-config';
import { eventsOfPod } from '../kubernetes/events';
import { log } from '../runtime/log';
import { ForceRequestEvaluator } from '../annotations/force-request';
import { QuorumMonitor } from '../readiness/observe-controller';
import { StopOrder } from './stop-slots';
import { exitReason } from './agent-exit';
import { LeavingGuard } from './leaving-broker';
import { mayStopController } from './may-stop-controller';
import { mayStopZookeeper } from './may-stop-zookeeper';
import { BrokerStopMonitor, observeControllerStop, observeZookeeperStop } from './observe-stop';
import { localPort, probePort } from '../runtime/tcp-port';
import { PreStopHook } from './pre-stop-hook';
import { PreStopEdges } from './pre-stop-observer';
import { OtherStopLeases, otherStatefulSetsOf } from './other-stop-leases';
import { StopLease } from './stop-lease';
import { OwnerReader, ReplacementMonitor, hasAnswer } from './replacement-pod';
import { readIsScaledDown } from './stateful-set';
import { Pod, RENEW_INTERVAL_MS } from './lease-state';
import { LeaseRenewer } from './lease-renewer';

const EXIT_CHECK_MS = 500;
/** Maximum time between the call of preStop and SIGTERM for one termination of the pod. */
const SAME_TERMINATION_MS = 60_000;

/** Coordinates the stop of a server, its Lease, and the exit of the agent. */
export class StopCoordinator {
  /** The hook that the kubelet calls. */
  readonly preStopHook: PreStopHook;
  private readonly leaseRenewer: LeaseRenewer;
  private readonly isScaledDown: () => Promise<boolean>;
  private readonly port: number;
  private wasDown = false;
  private readonly limits: StopConfig;

  /** @param quorum monitor of the quorum of a controller */
  constructor(config: ServerPodConfig, id: number, pod: Pod, quorum?: QuorumMonitor) {
    const { namespace, statefulSet, stop } = config;
    const lease = new StopLease(namespace, statefulSet);
    const otherLeases = new OtherStopLeases({ namespace, statefulSet, me: pod });
    this.limits = stop;
    this.isScaledDown = () => readIsScaledDown(namespace, statefulSet, id);
    this.port = config.role === 'broker' ? config.internalListener.port : config.listener.port;
    this.leaseRenewer = new LeaseRenewer(lease, pod);
    const owner = new OwnerReader(namespace, statefulSet);
    const replacement = new ReplacementMonitor(statefulSet);
    const force = new ForceRequestEvaluator(config.maxForceSeconds);
    const removal = new ForceRequestEvaluator(config.maxForceSeconds);
    const recordEvent = eventsOfPod(namespace, pod);
    const leaving = new LeavingGuard(id, statefulSet, {
      owner: () => owner.last,
      evaluate: (value) => removal.evaluate(value, Date.now()),
      recordEvent,
    });
    const judge = judgeOf(config, id, quorum);
    this.preStopHook = new PreStopHook(pod, stopOrderOf(config, id), stop, {
      judge: async (canFollow) => leaving.judge(await judge(canFollow)),
      lease,
      findConflict: async (replicaPeers) => {
        const others = config.role === 'broker' ? otherStatefulSetsOf(replicaPeers, config) : undefined;
        return others && otherLeases.findConflict(others);
      },
      readOwner: async () => {
        const sighting = await owner.read();
        return {
          noReplacementReason: replacement.noReplacementReason(sighting),
          force: hasAnswer(sighting)
            ? force.evaluate(owner.last?.metadata.annotations?.[FORCE_STOP_ANNOTATION], Date.now())
            : undefined,
        };
      },
      recordEvent,
      withTimeout,
      monotonicMs: () => performance.now(),
      wallMs: () => Date.now(),
      sleep: (ms) => sleep(ms),
    });
  }

  /** Notes that the server does not answer. */
  onServerDown(): void {
    this.wasDown = true;
    this.leaseRenewer.onServerDown();
  }

  /**
   * Renews or releases the Lease. Returns immediately.
   *
   * @param isBack true if the server is in sync and restored, or forced ready
   */
  reconcile(isBack: boolean): void {
    this.leaseRenewer.reconcile(isBack);
    // Without a reset, a request that did not come from the kubelet would make the server look as if it stopped.
    if (isBack && (this.wasDown || this.leaseRenewer.hasStopLapsed)) {
      this.wasDown = false;
      this.preStopHook.reset();
    }
  }

  /** Runs the preStop hook. Returns the reason when the server may stop. */
  async preStop(): Promise<string> {
    this.leaseRenewer.expectStop();
    await this.preStopHook.waitUntilAllowed();
    this.leaseRenewer.onStopAllowed();
    return this.preStopHook.status?.reason ?? '';
  }

  /** Waits until the server has stopped, or the termination grace period is over. */
  async waitForServerExit(publish: (reason: string) => void): Promise<void> {
    const terminatedAt = performance.now();
    let closedProbes = 0;
    let renewedAt = terminatedAt;
    for (;;) {
      const now = performance.now();
      const delay = this.preStopHook.isWaiting ? `; preStop waits: ${this.preStopHook.status?.reason}` : '';
      publish(`the pod is terminating${delay}`);
      closedProbes = (await probePort(localPort(this.port))) === 'closed' ? closedProbes + 1 : 0;
      const calledAt = this.preStopHook.lastCalledAt ?? -Infinity;
      const reason = exitReason({
        terminatingMs: now - terminatedAt,
        wasPreStopCalled: calledAt > terminatedAt - SAME_TERMINATION_MS,
        isStopDelayed: this.preStopHook.isWaiting,
        closedProbes,
        graceMs: (this.limits.preStopTimeoutSeconds + this.limits.shutdownGracePeriodSeconds) * 1000,
      });
      if (reason !== undefined) {
        if (closedProbes > 0 && (await this.isScaledDown())) {
          await this.leaseRenewer.release();
        }
        log.info('the agent exits', { reason });
        return;
      }
      if (now - renewedAt >= RENEW_INTERVAL_MS) {
        renewedAt = now;
        void this.leaseRenewer.renew();
      }
      await sleep(EXIT_CHECK_MS);
    }
  }
}

function stopOrderOf(config: ServerPodConfig, id: number): StopOrder {
  switch (config.role) {
    case 'broker': {
      const { first, last } = config.brokerIds;
      return { position: id - first, count: last - first + 1 };
    }
    case 'controller':
      return stopOrderAmong(config.voters, id);
    case 'zookeeper':
      return stopOrderAmong(config.servers, id);
  }
}

function stopOrderAmong(members: readonly QuorumMemberConfig[], id: number): StopOrder {
  const position = members.findIndex((member) => member.id === id);
  return { position: Math.max(0, position), count: members.length };
}

async function withTimeout<T>(ms: number, action: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([action, sleep(Math.max(0, ms), undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

function judgeOf(config: ServerPodConfig, id: number, quorum?: QuorumMonitor): PreStopEdges['judge'] {
  switch (config.role) {
    case 'controller': {
      const monitor = quorum ?? new QuorumMonitor(config, id);
      return async () => mayStopController(await observeControllerStop(config, id, monitor));
    }
    case 'zookeeper':
      return async () => mayStopZookeeper(await observeZookeeperStop(config, id));
    case 'broker': {
      const monitor = new BrokerStopMonitor(config, id);
      return (canFollow) => monitor.judge(canFollow);
    }
  }
}
