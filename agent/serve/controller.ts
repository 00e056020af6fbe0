import { setTimeout as sleep } from 'node:timers/promises';
import { ControllerConfig } from '../../lib/seam/agent-config';
import { controllerOf } from '../kafka/addresses';
import { QuorumView } from '../kafka/quorum-view';
import { addVoter, removeVoter } from '../kafka/raft-voters';
import { eventsOfPod } from '../kubernetes/events';
import { VoterReconciler } from '../quorum/voter-reconciler';
import { QuorumMonitor } from '../readiness/observe-controller';
import { readMembers } from '../restart/stateful-set';
import { serverHost } from '../runtime/config';

/** The quorum as the agent of one controller observes and changes it. */
export class ControllerQuorum {
  readonly monitor: QuorumMonitor;
  /** Absent in a static quorum, whose voters cannot change. */
  private readonly voters?: VoterReconciler;

  constructor(config: ControllerConfig, id: number, pod: { readonly name: string; readonly uid: string }) {
    this.monitor = new QuorumMonitor(config, id);
    this.voters = config.quorumKind === 'dynamic' ? votersOf(config, id, pod, this.monitor) : undefined;
  }

  /**
   * Observes the quorum, and changes its voters if that is due.
   *
   * @throws KafkaUnavailable if the controller itself does not answer
   */
  async observe(): Promise<QuorumView | undefined> {
    const view = await this.monitor.observe();
    if (view) {
      this.voters?.reconcile(view);
    }
    return view;
  }

  /** Leaves the quorum before a stop if no pod replaces this controller. */
  async leave(): Promise<void> {
    await this.voters?.leave();
  }
}

function votersOf(
  config: ControllerConfig,
  id: number,
  pod: { readonly name: string; readonly uid: string },
  monitor: QuorumMonitor,
): VoterReconciler {
  const { clusterId, listener, namespace, statefulSet } = config;
  const leader = (leaderId: number) => controllerOf(config, id, leaderId);
  const { name, port } = listener;
  return new VoterReconciler(id, {
    readMembers: () => readMembers(namespace, statefulSet),
    observe: () => monitor.observe().catch(() => monitor.observeThroughOthers()),
    add: (leaderId, voter) =>
      addVoter(leader(leaderId), clusterId, voter, { name, host: serverHost(config, voter.id), port }),
    remove: (leaderId, voter) => removeVoter(leader(leaderId), clusterId, voter),
    recordEvent: eventsOfPod(namespace, pod),
    monotonicMs: () => performance.now(),
    sleep: (ms) => sleep(ms),
  });
}
