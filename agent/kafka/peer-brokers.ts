/*
 * Second views. A single broker can be disconnected or have stale metadata, so decisions about it also use the views of
 * its peers: the other brokers. This module chooses peers, sends them requests and decides whether a view is current.
 */
import { MetadataMode } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { BrokerView, ClusterView, LiveBrokers, liveBrokers } from './cluster-view';
import { Address, KafkaSession } from './connection';
import { metadataLagReason } from './quorum-members';
import { QuorumView } from './quorum-view';

/** Order in which peers are asked. */
export type PeerOrder =
  /**
   * By id, starting with the next higher id, plus an offset. A caller that increases the offset asks every peer in turn. If
   * every broker uses the same offset, each is asked by one other broker.
   */
  | { readonly kind: 'rotating'; readonly offset: number }
  /** The controller, then the others by id, starting with the next higher id. */
  | { readonly kind: 'controller-first' };

/**
 * Chooses live brokers other than `self`. The order differs for each broker: if all asked the same peer first, it would
 * serve all of them.
 */
export function choosePeers(
  { brokers, controllerId }: LiveBrokers,
  self: number,
  order: PeerOrder,
  limit: number,
): readonly BrokerView[] {
  const byId = [...brokers.values()].filter(({ id }) => id !== self).sort((a, b) => a.id - b.id);
  const isRotating = order.kind === 'rotating';
  const behind = byId.filter(({ id }) => id < self).length + (isRotating ? order.offset : 0);
  const start = byId.length === 0 ? 0 : behind % byId.length;
  const ring = [...byId.slice(start), ...byId.slice(0, start)];
  const isFirst = ({ id }: BrokerView) => !isRotating && id === controllerId;
  return [...ring.filter(isFirst), ...ring.filter((broker) => !isFirst(broker))].slice(0, limit);
}

/**
 * Fetches the live brokers from a bootstrap address.
 *
 * @throws KafkaUnavailable if no broker answers
 */
export async function fetchBrokers(bootstrap: Address, deadlineMs: number): Promise<LiveBrokers> {
  return KafkaSession.with(bootstrap, deadlineMs, liveBrokers);
}

/** A request to peers, and the conditions under which they are asked. */
export interface PeerRequest<T> {
  /** Sends the request to one peer. An undefined value is not usable and does not count as an answer. */
  readonly send: (session: KafkaSession, peer: BrokerView) => Promise<T | undefined>;
  /** Deadline of each peer, in milliseconds. */
  readonly deadlineMs: number;
  /** Number of peers that are asked at the same time. */
  readonly parallel: number;
  /** True if no further peer has to be asked. */
  readonly isEnough: (answers: readonly PeerAnswer<T>[]) => boolean;
}

/** Usable answer of a peer. */
export interface PeerAnswer<T> {
  readonly peer: BrokerView;
  readonly value: T;
}

/** Answers and failures of peers, both in the order in which the peers were asked. */
export interface PeerAnswers<T> {
  readonly answers: readonly PeerAnswer<T>[];
  readonly failures: readonly PeerFailure[];
}

/** Reason why a peer gave no usable answer. */
export interface PeerFailure {
  readonly id: number;
  readonly reason: string;
}

/** Sends a request to peers, in groups of `parallel`, until enough have answered. Never throws. */
export async function askPeers<T>(
  peers: readonly BrokerView[],
  request: PeerRequest<T>,
): Promise<PeerAnswers<T>> {
  const answers: PeerAnswer<T>[] = [];
  const failures: PeerFailure[] = [];
  for (let start = 0; start < peers.length; start += request.parallel) {
    const group = peers.slice(start, start + request.parallel);
    for (const result of await Promise.all(group.map((peer) => askPeer(peer, request)))) {
      if ('reason' in result) {
        failures.push(result);
      } else {
        answers.push(result);
      }
    }
    if (request.isEnough(answers)) {
      break;
    }
  }
  return { answers, failures };
}

async function askPeer<T>(
  peer: BrokerView,
  { send, deadlineMs }: PeerRequest<T>,
): Promise<PeerAnswer<T> | PeerFailure> {
  try {
    const value = await KafkaSession.with(peer, deadlineMs, (session) => send(session, peer));
    return value === undefined
      ? { id: peer.id, reason: 'its metadata is not current, or it shows no topics' }
      : { peer, value };
  } catch (error) {
    return { id: peer.id, reason: reasonOf(error) };
  }
}

/** Formats failures for messages: `broker 1: <reason>; broker 2: <reason>`. */
export function formatFailures(failures: readonly PeerFailure[]): string {
  return failures.map(({ id, reason }) => `broker ${id}: ${reason}`).join('; ');
}

/** State of the metadata at a broker. In ZooKeeper mode: the brokers whose view counts as current. */
export type MetadataState =
  { readonly quorum: QuorumView | undefined } | { readonly zookeeper: 'controller' | 'any' };

/**
 * True if the view of a broker is current. A disconnected broker keeps returning its last metadata; a broker that has
 * just started, or may not describe topics, returns none.
 */
export function isCurrentView(broker: number, view: ClusterView, metadata: MetadataState): boolean {
  if (!view.brokers.has(broker) || view.topics.size === 0) {
    return false;
  }
  return 'zookeeper' in metadata
    ? metadata.zookeeper === 'any' || view.controllerId === broker
    : metadataLagReason(broker, metadata.quorum ?? 'unreachable') === undefined;
}

/**
 * Returns the server for requests that only the controller accepts in ZooKeeper mode: the controller, or the given server
 * if the controller is not known. In KRaft mode every broker forwards them, so it is the given server.
 *
 * @param mode may be omitted if it is not known: in KRaft mode the metadata names a live broker as the controller
 */
export function controllerOr(server: Address, view: LiveBrokers, mode: MetadataMode = 'zookeeper'): Address {
  return mode === 'zookeeper' ? (view.brokers.get(view.controllerId) ?? server) : server;
}
