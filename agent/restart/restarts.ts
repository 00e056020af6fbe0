/*
 * Everything about the stop and the return of one server, for `serve`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerPodConfig, StopConfig, VoterConfig, stopLeaseName } from '../../lib/seam/agent-config';
import { recordEvent } from '../kubernetes/events';
import { log } from '../log';
import { Demands } from '../readiness/force-ready';
import { Place } from './gate-step';
import { mayLeave } from './may-leave';
import { mayStopController } from './may-stop-controller';
import { mayStopZookeeper } from './may-stop-zookeeper';
import { BrokerStopObserver, observeControllerStop, observeZookeeperStop } from './observe-stop';
import { ownPort, portState } from '../port';
import { GateEdges, StopGate } from './stop-gate';
import { neighbourTurn, neighboursAmong } from './neighbours';
import { StopLease } from './stop-lease';
import { lookForSuccessor, lookWhetherScaledAway } from './successor';
import { Pod, RENEWAL_MS } from './turn';
import { TurnKeeper } from './turn-keeper';

const LOOK_MS = 500;
/** Whoever deletes a pod ends all its containers within this time of each other. */
const SAME_STOP_MS = 60_000;

/** The stop of a server, its turn, and the end of the agent beside it. */
export class Restarts {
  /** What the kubelet waits for. */
  readonly gate: StopGate;
  private readonly turns: TurnKeeper;
  private readonly isScaledAway: () => Promise<boolean>;
  private readonly port: number;
  private wasDown = false;
  private readonly limits: StopConfig;

  constructor(config: ServerPodConfig, id: number, pod: Pod) {
    const { namespace, statefulSet, stop } = config;
    const lease = new StopLease(namespace, stopLeaseName(statefulSet));
    this.limits = stop;
    this.isScaledAway = () => lookWhetherScaledAway(namespace, statefulSet, id);
    this.port = config.role === 'broker' ? config.internal.port : config.listener.port;
    this.turns = new TurnKeeper(lease, pod, stop.graceSeconds);
    const demands = new Demands(config.forceReadyLimitSeconds);
    this.gate = new StopGate(pod, placeOf(config, id), stop, {
      judge: judgeOf(config, id),
      lease,
      neighbour: async (sharers) => {
        const neighbours = config.role === 'broker' ? neighboursAmong(sharers, config) : undefined;
        return neighbours && neighbourTurn(neighbours, { namespace, statefulSet, me: pod });
      },
      retired: () => lookForSuccessor(namespace, statefulSet),
      forceOf: (value) => demands.judge(value, Date.now()),
      announce: (reason, message) =>
        recordEvent(namespace, { kind: 'Pod', ...pod }, 'Warning', reason, message),
      within,
      clock: () => performance.now(),
      sleep: (ms) => sleep(ms),
    });
  }

  /** The server does not answer. */
  sawDown(): void {
    this.wasDown = true;
    this.turns.sawDown();
  }

  /** How the server is. Returns at once. */
  look(isBack: boolean): void {
    this.turns.look(isBack);
    if (isBack && this.wasDown) {
      this.wasDown = false;
      this.gate.forget();
    }
  }

  /** Answers when the server may stop. */
  async preStop(): Promise<string> {
    this.turns.expectStop();
    await this.gate.hold();
    return this.gate.status?.reason ?? '';
  }

  /** Stays until the server is down, or the time of the pod is over. */
  async outlive(publish: (reason: string) => void): Promise<void> {
    const toldAt = performance.now();
    let closedLooks = 0;
    let renewedAt = toldAt;
    for (;;) {
      const now = performance.now();
      publish(this.gate.isHolding ? `the pod ends; ${this.gate.status?.reason}` : 'the pod ends');
      closedLooks = (await portState(ownPort(this.port))) === 'closed' ? closedLooks + 1 : 0;
      const askedAt = this.gate.lastAskedAt ?? -Infinity;
      const reason = mayLeave({
        toldMs: now - toldAt,
        wasAsked: askedAt > toldAt - SAME_STOP_MS,
        isHolding: this.gate.isHolding,
        closedLooks,
        graceMs: (this.limits.holdSeconds + this.limits.graceSeconds) * 1000,
      });
      if (reason !== undefined) {
        if (closedLooks > 0 && (await this.isScaledAway())) {
          await this.turns.abandon();
        }
        log.info('leaving', { reason });
        return;
      }
      if (now - renewedAt >= RENEWAL_MS) {
        renewedAt = now;
        void this.turns.renew();
      }
      await sleep(LOOK_MS);
    }
  }
}

function placeOf(config: ServerPodConfig, id: number): Place {
  switch (config.role) {
    case 'broker': {
      const { first, last } = config.brokerIds;
      return { rank: id - first, of: last - first + 1 };
    }
    case 'controller':
      return placeAmong(config.voters, id);
    case 'zookeeper':
      return placeAmong(config.servers, id);
  }
}

function placeAmong(members: readonly VoterConfig[], id: number): Place {
  const rank = members.findIndex((member) => member.id === id);
  return { rank: Math.max(0, rank), of: members.length };
}

async function within<T>(ms: number, action: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([action, sleep(Math.max(0, ms), undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

function judgeOf(config: ServerPodConfig, id: number): GateEdges['judge'] {
  switch (config.role) {
    case 'controller':
      return async () => mayStopController(await observeControllerStop(config, id));
    case 'zookeeper':
      return async () => mayStopZookeeper(await observeZookeeperStop(config, id));
    case 'broker': {
      const observer = new BrokerStopObserver(config, id);
      return (isLast) => observer.judge(isLast);
    }
  }
}
