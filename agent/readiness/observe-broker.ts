import { BrokerConfig } from '../../lib/private/agent-config';
import { reasonOf } from '../errors';
import { ownBroker } from '../kafka/addresses';
import { BrokerView, ClusterView, addingReplicas, clusterView, hostedReplicas } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { BrokerFacts, behind } from './judge-broker';

const DEADLINE_MS = 20_000;
const OTHER_DEADLINE_MS = 3_000;
const QUORUM_DEADLINE_MS = 5_000;
/** Others that are tried for a second view, before there is said to be none. */
const OTHERS = 3;

/**
 * Finds out all that the verdict about a broker depends on.
 *
 * @param turn others are asked in turn, the next one when this changes
 * @throws KafkaUnavailable when the broker itself does not answer
 */
export async function observeBroker(config: BrokerConfig, self: number, turn: number): Promise<BrokerFacts> {
  const address = ownBroker(config, self);
  return KafkaSession.with(address, DEADLINE_MS, async (session) => {
    const own = await clusterView(session);
    const facts: BrokerFacts = {
      self,
      own,
      quorum: config.metadataMode === 'kraft' ? await ownQuorum(address) : undefined,
      ...(await otherView(own, self, turn)),
      hostedReplicas: own.topics.size === 0 ? await hostedReplicas(session) : undefined,
    };
    const views = [own, ...(facts.other ? [facts.other.view] : [])];
    const suspicious = views.some((view) => behind(self, view).length > 0);
    // It needs the controllers, so it is asked only when its answer can make a difference.
    return suspicious ? { ...facts, adding: await reassignments(config, session, own) } : facts;
  });
}

/** On a connection of its own: a broker that is cut off does not answer, and that must not look like a dead broker. */
async function ownQuorum(address: Address): Promise<QuorumView | 'unreachable'> {
  const view = await KafkaSession.with(address, QUORUM_DEADLINE_MS, quorumView).catch(() => undefined);
  return view ?? 'unreachable';
}

/**
 * Asks other brokers in turn until one agrees with what this broker sees of itself. One that has just started, or is
 * cut off, would say something else for as long as it likes; but if none agrees, the last one counts.
 */
async function otherView(
  own: ClusterView,
  self: number,
  turn: number,
): Promise<Pick<BrokerFacts, 'other' | 'noOther'>> {
  const others = [...own.brokers.values()].filter(({ id }) => id !== self).sort((a, b) => a.id - b.id);
  if (others.length === 0) {
    return { noOther: { isAnyAlive: false, reason: 'no other broker is alive' } };
  }
  const failures: string[] = [];
  let other: BrokerFacts['other'];
  for (let index = 0; index < Math.min(OTHERS, others.length); index++) {
    const candidate = others[(turn + index) % others.length];
    try {
      other = { id: candidate.id, view: await KafkaSession.with(candidate, OTHER_DEADLINE_MS, clusterView) };
      if (other.view.brokers.has(self) && behind(self, other.view).length <= behind(self, own).length) {
        return { other };
      }
    } catch (error) {
      failures.push(`broker ${candidate.id}: ${reasonOf(error)}`);
    }
  }
  return other ? { other } : { noOther: { isAnyAlive: true, reason: failures.join('; ') } };
}

async function reassignments(
  config: BrokerConfig,
  session: KafkaSession,
  own: ClusterView,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const controller: BrokerView | undefined = own.brokers.get(own.controllerId);
  try {
    return config.metadataMode === 'zookeeper' && controller
      ? await KafkaSession.with(controller, OTHER_DEADLINE_MS, addingReplicas)
      : await addingReplicas(session);
  } catch {
    // Then nothing is excused: not knowing is never ready.
    return new Map();
  }
}
