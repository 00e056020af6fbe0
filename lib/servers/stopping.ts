import { Duration } from 'cdk8s';
import { AtRiskTopics } from '../kafka/at-risk-topics';
import { BrokerConfig } from '../seam/agent-config';
import { checkedDuration, secondsOf } from '../input/durations';

/** What a user may say about how servers stop. */
export interface StoppingProps {
  readonly preStopTimeout?: Duration;
  readonly shutdownGracePeriod?: Duration;
  readonly maxForceDuration?: Duration;
}

/** How the servers of a StatefulSet stop. */
export interface Stopping {
  readonly preStopTimeout: Duration;
  readonly shutdownGracePeriod: Duration;
  /** What their agents have to know of it. */
  readonly config: Pick<BrokerConfig, 'stop' | 'forceReadyLimitSeconds'>;
}

/** @throws when Kubernetes cannot count one of the times */
export function stoppingOf(
  owner: string,
  props: StoppingProps,
  fallback: Required<Pick<StoppingProps, 'preStopTimeout' | 'shutdownGracePeriod'>>,
  atRiskTopics: AtRiskTopics,
): Stopping {
  const shutdownGracePeriod = checkedDuration(`shutdownGracePeriod of ${owner}`, props.shutdownGracePeriod ?? fallback.shutdownGracePeriod);
  const preStopTimeout = checkedDuration(`preStopTimeout of ${owner}`, props.preStopTimeout ?? fallback.preStopTimeout);
  const maxForceDuration = checkedDuration(
    `maxForceDuration of ${owner}`,
    props.maxForceDuration ?? Duration.hours(4),
    // Pods see an annotation after a minute and a half.
    '5 minutes',
  );
  return {
    preStopTimeout: preStopTimeout,
    shutdownGracePeriod: shutdownGracePeriod,
    config: {
      stop: {
        holdSeconds: secondsOf(preStopTimeout),
        graceSeconds: secondsOf(shutdownGracePeriod),
        atRiskTopics,
      },
      forceReadyLimitSeconds: secondsOf(maxForceDuration),
    },
  };
}

/** How the members of a quorum stop, controllers as ZooKeeper servers. @throws as above */
export function quorumStoppingOf(owner: string, props: StoppingProps): Stopping {
  const fallback = { preStopTimeout: Duration.minutes(5), shutdownGracePeriod: Duration.minutes(2) };
  // Two of three can always spare the third; the only one of one never.
  return stoppingOf(owner, props, fallback, AtRiskTopics.ALLOW);
}
