import { BrokerConfig } from '../../lib/private/agent-config';
import { reasonOf } from '../errors';
import { BrokerView, ClusterView, addingReplicas, clusterView, hostedReplicas } from '../kafka/cluster-view';
import { KafkaSession } from '../kafka/connection';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { BrokerFacts, behind } from './judge-broker';

const DEADLINE_MS = 15_000;
const OTHER_DEADLINE_MS = 3_000;
/** Others that are tried for a second view, before there is said to be none. */
const OTHERS = 3;

/**
 * Finds out all that the verdict about a broker depends on.
 *
 * @param round number of the round; others are asked in turn
 * @throws KafkaUnavailable when the broker itself does not answer
 */
export async function observeBroker(config: BrokerConfig, self: number, round: number): Promise<BrokerFacts> {
  const address = { host: '127.0.0.1', port: config.internal.port };
  return KafkaSession.with(address, DEADLINE_MS, async (session) => {
    const own = await clusterView(session);
    const quorum = config.metadataMode === 'kraft' ? await ownQuorum(session) : undefined;
    const second = await otherView(own, self, round);
    const facts: BrokerFacts = {
      self,
      own,
      quorum,
      ...second,
      hostedReplicas: own.topics.size === 0 ? await hostedReplicas(session) : undefined,
    };
    const views = [own, ...(second.other ? [second.other.view] : [])];
    const suspicious = views.some((view) => behind(self, view).length > 0);
    // It needs the controllers, so it is asked only when its answer can make a difference.
    return suspicious ? { ...facts, adding: await reassignments(config, session, own) } : facts;
  });
}

async function ownQuorum(session: KafkaSession): Promise<QuorumView | 'unreachable'> {
  return (await quorumView(session)) ?? 'unreachable';
}

async function otherView(
  own: ClusterView,
  self: number,
  round: number,
): Promise<Pick<BrokerFacts, 'other' | 'noOther'>> {
  const others = [...own.brokers.values()].filter(({ id }) => id !== self).sort((a, b) => a.id - b.id);
  if (others.length === 0) {
    return { noOther: { isAnyAlive: false, reason: 'no other broker is alive' } };
  }
  const failures: string[] = [];
  for (let index = 0; index < Math.min(OTHERS, others.length); index++) {
    const other = others[(round + index) % others.length];
    try {
      return {
        other: { id: other.id, view: await KafkaSession.with(other, OTHER_DEADLINE_MS, clusterView) },
      };
    } catch (error) {
      failures.push(`broker ${other.id}: ${reasonOf(error)}`);
    }
  }
  return { noOther: { isAnyAlive: true, reason: failures.join('; ') } };
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
