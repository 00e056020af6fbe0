import { Duration } from 'cdk8s';
import { checkedDuration, secondsOf } from '../input/durations';
import { AtRiskTopics } from '../kafka/at-risk-topics';
import { ServerPodConfig } from '../seam/agent-config';
import { ServerProps } from './server-props';

type StoppingProps = Pick<ServerProps, 'preStopTimeout' | 'shutdownGracePeriod' | 'maxForceDuration'>;

/** Times of a planned stop of the servers of a StatefulSet. */
export interface Stopping {
  readonly preStopTimeout: Duration;
  readonly shutdownGracePeriod: Duration;
  /** The part of agent.json about stops. */
  readonly config: Pick<ServerPodConfig, 'stop' | 'maxForceSeconds'>;
}

/** @throws when a duration is out of range */
export function stoppingOf(
  owner: string,
  props: StoppingProps,
  defaults: Required<Pick<StoppingProps, 'preStopTimeout' | 'shutdownGracePeriod'>>,
  atRiskTopics: AtRiskTopics,
): Stopping {
  const shutdownGracePeriod = checkedDuration(
    `shutdownGracePeriod of ${owner}`,
    props.shutdownGracePeriod ?? defaults.shutdownGracePeriod,
  );
  const preStopTimeout = checkedDuration(
    `preStopTimeout of ${owner}`,
    props.preStopTimeout ?? defaults.preStopTimeout,
  );
  const maxForceDuration = checkedDuration(
    `maxForceDuration of ${owner}`,
    props.maxForceDuration ?? Duration.hours(4),
    // The kubelet updates the file with the annotations of a pod after up to 90 seconds.
    '5 minutes',
  );
  return {
    preStopTimeout,
    shutdownGracePeriod,
    config: {
      stop: {
        preStopTimeoutSeconds: secondsOf(preStopTimeout),
        shutdownGracePeriodSeconds: secondsOf(shutdownGracePeriod),
        atRiskTopics,
      },
      maxForceSeconds: secondsOf(maxForceDuration),
    },
  };
}

/**
 * Times of a planned stop of the members of a quorum: controllers or ZooKeeper servers.
 *
 * @throws when a duration is out of range
 */
export function quorumStoppingOf(owner: string, props: StoppingProps): Stopping {
  const defaults = { preStopTimeout: Duration.minutes(5), shutdownGracePeriod: Duration.minutes(2) };
  // Members of a quorum have no topics.
  return stoppingOf(owner, props, defaults, AtRiskTopics.ALLOW);
}
