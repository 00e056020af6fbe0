import { ServerMode } from '../zookeeper/ensemble-view';
import { Verdict, notReady } from './verdict';

/** Judges the readiness of a ZooKeeper server. It is ready if it belongs to a quorum; otherwise it serves no clients. */
export function judgeZookeeper(self: number, mode: ServerMode): Verdict {
  return mode === 'electing'
    ? notReady(`server ${self} is neither leader nor follower of a quorum`)
    : {
        ready: true,
        reason: `server ${self} is ${mode === 'leader' ? 'the leader' : 'a follower'}`,
        outOfSync: [],
      };
}
