/*
 * NetworkPolicies reject undeclared pods.
 */
import { apply, kubectl } from '../kubernetes/kubectl';
import { untilReady } from '../kubernetes/pods';
import { assertNone } from '../waiting';
import { Expectations, World, brokersOf } from '../world';
import { connectFrom, formatConnection, isConnected, isUnresolved } from './connections';
import { MetadataServers } from './metadata';
import { CLIENT_PROBE, INTERNAL_PROBE } from './probing';
import { testPod } from '../kubernetes/test-pod';

const UNDECLARED = 'e2e-undeclared';

/** Ports of brokers: internal listener, client listener, agent. */
const BROKER_PORTS = [9091, 9092, 8080];

/** An undeclared pod cannot connect to any port of a server. Declared pods can. */
export function undeclaredPodsAreBlocked(servers: MetadataServers): (world: World) => Promise<string> {
  return async ({ expectations }) => {
    const { namespace } = expectations;
    const brokers = brokersOf(expectations).map(({ pod }) =>
      hostOf(expectations, pod, `${expectations.clusterName}-brokers`),
    );
    const metadata = expectations.metadataPods.map((pod) =>
      hostOf(expectations, pod, servers.service(expectations)),
    );
    const closed = [...targets(brokers, BROKER_PORTS), ...targets(metadata, servers.closedPorts)];
    await apply(undeclaredPod(namespace));
    try {
      await untilReady(namespace, [UNDECLARED], 180);
      const [undeclared, client, internal] = [
        await connectFrom(namespace, UNDECLARED, closed),
        await connectFrom(namespace, CLIENT_PROBE, targets(brokers, [9092])),
        await connectFrom(namespace, INTERNAL_PROBE, targets(brokers, [9091])),
      ];
      assertNone([
        ...undeclared.filter(isConnected).map(({ target }) => `an undeclared pod connects to ${target}`),
        // An unresolved name does not test the policy.
        ...undeclared.filter(isUnresolved).map(formatConnection),
        ...[...client, ...internal].filter((one) => !isConnected(one)).map(formatConnection),
      ]);
      return `${closed.length} ports are closed to an undeclared pod: ${[...new Set(undeclared.map(({ result }) => result))].join(', ')}`;
    } finally {
      await kubectl(['delete', 'pod', UNDECLARED, `--namespace=${namespace}`, '--ignore-not-found']);
    }
  };
}

function hostOf({ namespace }: Expectations, pod: string, service: string): string {
  return `${pod}.${service}.${namespace}.svc.cluster.local`;
}

function targets(hosts: readonly string[], ports: readonly number[]): string[] {
  return hosts.flatMap((host) => ports.map((port) => `${host}:${port}`));
}

function undeclaredPod(namespace: string): object {
  return testPod({
    namespace,
    name: UNDECLARED,
    container: {
      name: 'undeclared',
      image: 'node:24-alpine',
      command: ['sleep', 'infinity'],
      resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    },
  });
}
