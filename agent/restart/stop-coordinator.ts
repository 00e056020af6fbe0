/*
 * Everything about the stop and the return of one server, for `serve`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerPodConfig, StopConfig, QuorumMemberConfig, stopLeaseName } from '../../lib/seam/agent-config';
import { recordEvent } from '../kubernetes/events';
import { log } from '../runtime/log';
import { ForceRequestEvaluator } from '../annotations/force-request';
import { StopOrder } from './pre-stop-step';
import { exitReason } from './agent-exit';
import { mayStopController } from './may-stop-controller';
import { mayStopZookeeper } from './may-stop-zookeeper';
import { BrokerStopMonitor, observeControllerStop, observeZookeeperStop } from './observe-stop';
import { localPort, probePort } from '../runtime/tcp-port';
import { PreStopEdges, PreStopHook } from './pre-stop-hook';
import { findConflictingLease, otherStatefulSetsOf } from './other-stop-leases';
import { StopLease } from './stop-lease';
import { readNoReplacementReason, readIsScaledDown } from './replacement-pod';
import { Pod, RENEW_INTERVAL_MS } from './lease-state';
import { LeaseRenewer } from './lease-renewer';

const EXIT_CHECK_MS = 500;
/** Whoever deletes a pod ends all its containers within this time of each other. */
const SAME_STOP_MS = 60_000;

/** The stop of a server, its turn, and the end of the agent beside it. */
export class StopCoordinator {
  /** What the kubelet waits for. */
  readonly preStopHook: PreStopHook;
  private readonly leaseRenewer: LeaseRenewer;
  private readonly isScaledDown: () => Promise<boolean>;
  private readonly port: number;
  private wasDown = false;
  private readonly limits: StopConfig;

  constructor(config: ServerPodConfig, id: number, pod: Pod) {
    const { namespace, statefulSet, stop } = config;
    const lease = new StopLease(namespace, stopLeaseName(statefulSet));
    this.limits = stop;
    this.isScaledDown = () => readIsScaledDown(namespace, statefulSet, id);
    this.port = config.role === 'broker' ? config.internalListener.port : config.listener.port;
    this.leaseRenewer = new LeaseRenewer(lease, pod, stop.shutdownGracePeriodSeconds);
    const demands = new ForceRequestEvaluator(config.maxForceSeconds);
    this.preStopHook = new PreStopHook(pod, stopOrderOf(config, id), stop, {
      judge: judgeOf(config, id),
      lease,
      findConflict: async (sharers) => {
        const neighbours = config.role === 'broker' ? otherStatefulSetsOf(sharers, config) : undefined;
        return neighbours && findConflictingLease(neighbours, { namespace, statefulSet, me: pod });
      },
      noReplacementReason: () => readNoReplacementReason(namespace, statefulSet),
      evaluateForce: (value) => demands.evaluate(value, Date.now()),
      recordEvent: (reason, message) =>
        recordEvent(namespace, { kind: 'Pod', ...pod }, 'Warning', reason, message),
      withTimeout: withTimeout,
      monotonicMs: () => performance.now(),
      sleep: (ms) => sleep(ms),
    });
  }

  /** The server does not answer. */
  onServerDown(): void {
    this.wasDown = true;
    this.leaseRenewer.onServerDown();
  }

  /** How the server is. Returns at once. */
  reconcile(isBack: boolean): void {
    this.leaseRenewer.reconcile(isBack);
    if (isBack && this.wasDown) {
      this.wasDown = false;
      this.preStopHook.reset();
    }
  }

  /** Answers when the server may stop. */
  async preStop(): Promise<string> {
    this.leaseRenewer.expectStop();
    await this.preStopHook.waitUntilAllowed();
    return this.preStopHook.status?.reason ?? '';
  }

  /** Stays until the server is down, or the time of the pod is over. */
  async waitForServerExit(publish: (reason: string) => void): Promise<void> {
    const toldAt = performance.now();
    let closedLooks = 0;
    let renewedAt = toldAt;
    for (;;) {
      const now = performance.now();
      publish(this.preStopHook.isHolding ? `the pod ends; ${this.preStopHook.status?.reason}` : 'the pod ends');
      closedLooks = (await probePort(localPort(this.port))) === 'closed' ? closedLooks + 1 : 0;
      const askedAt = this.preStopHook.lastCalledAt ?? -Infinity;
      const reason = exitReason({
        terminatingMs: now - toldAt,
        wasPreStopCalled: askedAt > toldAt - SAME_STOP_MS,
        isStopHeld: this.preStopHook.isHolding,
        closedProbes: closedLooks,
        graceMs: (this.limits.preStopTimeoutSeconds + this.limits.shutdownGracePeriodSeconds) * 1000,
      });
      if (reason !== undefined) {
        if (closedLooks > 0 && (await this.isScaledDown())) {
          await this.leaseRenewer.release();
        }
        log.info('leaving', { reason });
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
  const rank = members.findIndex((member) => member.id === id);
  return { position: Math.max(0, rank), count: members.length };
}

async function withTimeout<T>(ms: number, action: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([action, sleep(Math.max(0, ms), undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

function judgeOf(config: ServerPodConfig, id: number): PreStopEdges['judge'] {
  switch (config.role) {
    case 'controller':
      return async () => mayStopController(await observeControllerStop(config, id));
    case 'zookeeper':
      return async () => mayStopZookeeper(await observeZookeeperStop(config, id));
    case 'broker': {
      const observer = new BrokerStopMonitor(config, id);
      return (isLast) => observer.judge(isLast);
    }
  }
}
