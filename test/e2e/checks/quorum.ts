import { execIn, untilReady } from '../kubernetes/pods';
import { tally } from '../lists';
import { eventually } from '../waiting';
import { World } from '../world';

/** Three controllers are ready and have a leader. Brokers are observers of the quorum. */
export async function controllersFormQuorum({ expectations, tools }: World): Promise<string> {
  await untilReady(expectations.namespace, expectations.metadataPods, 600);
  const { leader, voters } = await tools.quorum();
  const expected = expectations.metadataPods.map((pod) => Number(pod.split('-').at(-1)));
  if (voters.join() !== expected.join() || !voters.includes(leader)) {
    throw new Error(
      `voters are ${voters.join(', ')} with leader ${leader}, expected are ${expected.join(', ')}`,
    );
  }
  return `voters ${voters.join(', ')}, leader ${leader}`;
}

/** Three ZooKeeper servers are ready; one leads and two follow. */
export async function zookeepersFormQuorum({ expectations }: World): Promise<string> {
  const { namespace, metadataPods } = expectations;
  await untilReady(namespace, metadataPods, 600);
  const modes = await Promise.all(metadataPods.map((pod) => modeOf(namespace, pod)));
  const counts = tally(modes);
  if (counts.get('leader') !== 1 || counts.get('follower') !== metadataPods.length - 1) {
    throw new Error(metadataPods.map((pod, index) => `${pod} is ${modes[index]}`).join(', '));
  }
  return metadataPods.map((pod, index) => `${pod} ${modes[index]}`).join(', ');
}

/** Pod of the ZooKeeper leader. */
export async function zookeeperLeader({ expectations }: World): Promise<string> {
  const { namespace, metadataPods } = expectations;
  return eventually<string>('a ZooKeeper leader', 60, async () => {
    const modes = await Promise.all(metadataPods.map((pod) => modeOf(namespace, pod)));
    const leader = metadataPods[modes.indexOf('leader')];
    return leader === undefined ? { state: modes.join(', ') } : { done: leader };
  });
}

// With TLS, the plaintext port is open inside the pod only.
async function modeOf(namespace: string, pod: string): Promise<string> {
  const script = 'exec 3<>/dev/tcp/127.0.0.1/2181 && echo srvr >&3 && cat <&3';
  const output = await execIn({ namespace, pod, container: 'zookeeper' }, 'bash', '-c', script);
  return /^Mode: (.+)$/m.exec(output)?.[1] ?? 'without a mode';
}
