import { Duration } from 'cdk8s';
import { AtRiskTopics } from '../kafka/at-risk-topics';
import { BrokerConfig } from '../seam/agent-config';
import { plausible, secondsOf } from '../input/durations';

/** What a user may say about how servers stop. */
export interface StoppingProps {
  readonly stopHold?: Duration;
  readonly shutdownGrace?: Duration;
  readonly forceReadyLimit?: Duration;
}

/** How the servers of a StatefulSet stop. */
export interface Stopping {
  readonly stopHold: Duration;
  readonly shutdownGrace: Duration;
  /** What their agents have to know of it. */
  readonly config: Pick<BrokerConfig, 'stop' | 'forceReadyLimitSeconds'>;
}

/** @throws when Kubernetes cannot count one of the times */
export function stoppingOf(
  owner: string,
  props: StoppingProps,
  fallback: Required<Pick<StoppingProps, 'stopHold' | 'shutdownGrace'>>,
  atRiskTopics: AtRiskTopics,
): Stopping {
  const shutdownGrace = plausible(`shutdownGrace of ${owner}`, props.shutdownGrace ?? fallback.shutdownGrace);
  const stopHold = plausible(`stopHold of ${owner}`, props.stopHold ?? fallback.stopHold);
  const forceReadyLimit = plausible(
    `forceReadyLimit of ${owner}`,
    props.forceReadyLimit ?? Duration.hours(4),
    // Pods see an annotation after a minute and a half.
    '5 minutes',
  );
  return {
    stopHold,
    shutdownGrace,
    config: {
      stop: {
        holdSeconds: secondsOf(stopHold),
        graceSeconds: secondsOf(shutdownGrace),
        atRiskTopics,
      },
      forceReadyLimitSeconds: secondsOf(forceReadyLimit),
    },
  };
}

/** How the members of a quorum stop, controllers as ZooKeeper servers. @throws as above */
export function quorumStoppingOf(owner: string, props: StoppingProps): Stopping {
  const fallback = { stopHold: Duration.minutes(5), shutdownGrace: Duration.minutes(2) };
  // Two of three can always spare the third; the only one of one never.
  return stoppingOf(owner, props, fallback, AtRiskTopics.ALLOW);
}
