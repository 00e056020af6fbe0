import { ServerMode } from '../zookeeper/ensemble-view';
import { Verdict, notReady } from './verdict';

/** Judges the readiness of a ZooKeeper server: it is part of a quorum. One that is not answers nobody. */
export function judgeZookeeper(self: number, mode: ServerMode): Verdict {
  return mode === 'electing'
    ? notReady(`server ${self} neither leads nor follows`)
    : { ready: true, reason: `server ${self} ${mode === 'leader' ? 'leads' : 'follows'}`, notInSync: [] };
}
