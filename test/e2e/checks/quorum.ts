import { kubectl } from '../kubernetes/kubectl';
import { untilReady } from '../kubernetes/pods';
import { tally } from '../lists';
import { eventually } from '../waiting';
import { World } from '../world';

/** Three controllers are ready, agree on a leader, and brokers follow them. */
export async function controllersFormQuorum({ outcome, tools }: World): Promise<string> {
  await untilReady(outcome.namespace, outcome.metadataPods, 600);
  const { leader, voters } = await tools.quorum();
  const expected = outcome.metadataPods.map((pod) => Number(pod.split('-').at(-1)));
  if (voters.join() !== expected.join() || !voters.includes(leader)) {
    throw new Error(
      `voters are ${voters.join(', ')} with leader ${leader}, expected are ${expected.join(', ')}`,
    );
  }
  return `voters ${voters.join(', ')}, leader ${leader}`;
}

/** Three ZooKeeper servers are ready; one leads and two follow. */
export async function zookeepersFormQuorum({ outcome }: World): Promise<string> {
  const { namespace, metadataPods } = outcome;
  await untilReady(namespace, metadataPods, 600);
  const modes = await Promise.all(metadataPods.map((pod) => modeOf(namespace, pod)));
  const counts = tally(modes);
  if (counts.get('leader') !== 1 || counts.get('follower') !== metadataPods.length - 1) {
    throw new Error(metadataPods.map((pod, index) => `${pod} is ${modes[index]}`).join(', '));
  }
  return metadataPods.map((pod, index) => `${pod} ${modes[index]}`).join(', ');
}

/** Pod of the ZooKeeper server that leads. */
export async function zookeeperLeader({ outcome }: World): Promise<string> {
  const { namespace, metadataPods } = outcome;
  return eventually<string>('a ZooKeeper server to lead', 60, async () => {
    const modes = await Promise.all(metadataPods.map((pod) => modeOf(namespace, pod)));
    const leader = metadataPods[modes.indexOf('leader')];
    return leader === undefined ? { state: modes.join(', ') } : { done: leader };
  });
}

const COMMAND = ['--container=zookeeper', '--', 'bash', '-c'];

// With TLS the plain port is open to the pod itself only.
async function modeOf(namespace: string, pod: string): Promise<string> {
  const script = 'exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && cat <&3';
  const output = await kubectl(['exec', pod, `--namespace=${namespace}`, ...COMMAND, script]);
  return /^Mode: (.+)$/m.exec(output)?.[1] ?? 'without a mode';
}
