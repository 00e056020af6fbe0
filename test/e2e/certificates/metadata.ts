/*
 * Certificates of controllers or ZooKeeper. Servers that read them at their start are restarted one after another.
 */
import { zookeeperLeader } from '../checks/quorum';
import { untilHealthy } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { readJson } from '../kubernetes/whole-output';
import { assertNone, eventually } from '../waiting';
import { Expectations, World, brokersOf } from '../world';
import { restart } from './ca-rotation';
import { metricsOf } from './metrics';
import { refreshingSecrets } from './secret-refresh';
import { CLIENT_PROBE } from './probing';
import { RotationAction, sendRequest, untilDone } from './rotation-request';
import { fingerprintIn, secretOf } from './secrets';
import { untilStable } from './stable';
import { PodStates, changesSince, podStatesOf } from './pod-changes';
import { WITH_RESTARTS, underLoad } from './under-load';

/** Controllers or ZooKeeper servers. */
export interface MetadataServers {
  /** Secret with their certificate. */
  readonly secret: (expectations: Expectations) => string;
  /** Their headless Service. */
  readonly service: (expectations: Expectations) => string;
  readonly port: number;
  /** Port between the servers, if it also uses TLS. */
  readonly ownPort?: number;
  /** All ports. */
  readonly closedPorts: readonly number[];
  /** Pods that must restart to load new certificates. */
  readonly restarts: (expectations: Expectations) => readonly string[];
  /** Pod of the active controller. */
  readonly activeController: (world: World) => Promise<string>;
  /** Pod of the leader, if it is not the active controller. */
  readonly leader?: (world: World) => Promise<string>;
}

/** KRaft controllers. */
export const CONTROLLERS: MetadataServers = {
  secret: ({ clusterName }) => `${clusterName}-controllers-tls`,
  service: ({ clusterName }) => `${clusterName}-controllers`,
  port: 9093,
  closedPorts: [9093, 8080],
  restarts: allPods,
  activeController: async ({ expectations, tools }) => {
    const { leader } = await tools.quorum();
    return expectations.metadataPods.find((pod) => pod.endsWith(`-${leader}`))!;
  },
};

/** ZooKeeper. A broker is the active controller. ZooKeeper servers load new certificates without a restart. */
export const ZOOKEEPER: MetadataServers = {
  secret: () => 'zookeeper-tls',
  service: () => 'zookeeper-servers',
  port: 2182,
  ownPort: 3888,
  closedPorts: [2182, 2181, 2888, 3888, 7000],
  restarts: brokerPods,
  activeController: activeBroker,
  leader: zookeeperLeader,
};

/** A pass restarts servers one after another. A new CA needs three passes. */
const SECONDS: Readonly<Record<RotationAction, number>> = { renew: 2700, rotate: 3 * 2700 };

/** Certificates or the CA of the metadata servers are replaced without client errors. */
export function metadataReplaced(
  servers: MetadataServers,
  action: RotationAction,
): (world: World) => Promise<string> {
  return async (world) => {
    const { expectations } = world;
    await untilHealthy(world);
    await untilStable(expectations);
    const before = await podStatesOf(expectations);
    const old = fingerprintIn(await secretOf(expectations, servers.secret(expectations)));
    const summary = await underLoad(
      world,
      `metadata-${action}`,
      async () => {
        const done = await refreshingSecrets(expectations, async () => {
          const request = await sendRequest(expectations, 'metadata', action);
          return untilDone(expectations, 'metadata', action, request, SECONDS[action]);
        });
        await untilHealthy(world);
        assertRestarted(servers.restarts(expectations), before, await podStatesOf(expectations));
        const served = await newIsServed(expectations, servers, old);
        await nothingIsPending(expectations);
        return `${done}; ${served}; ${await controllerChanges(world, servers, action)}`;
      },
      WITH_RESTARTS,
    );
    await untilStable(expectations);
    return summary;
  };
}

function assertRestarted(expected: readonly string[], before: PodStates, after: PodStates): void {
  const changes = changesSince(before, after);
  const replacementOf = (pod: string) => `${pod} was replaced`;
  assertNone([
    ...expected
      .filter((pod) => !changes.includes(replacementOf(pod)))
      .map((pod) => `${pod} was not restarted, so it has its old certificate`),
    ...changes.filter((change) => !expected.map(replacementOf).includes(change)),
  ]);
}

/** Result of a handshake between an agent and a server. */
interface ProbeResult {
  readonly host: string;
  readonly fingerprint: string;
  readonly problem: string;
}

/** Every server presents the new certificate to every pod, and each accepts the other with the stores of Kafka. */
async function newIsServed(
  expectations: Expectations,
  servers: MetadataServers,
  old: string,
): Promise<string> {
  const wanted = fingerprintIn(await secretOf(expectations, servers.secret(expectations)));
  if (wanted === old) {
    throw new Error(`Secret ${servers.secret(expectations)} still contains the old certificate`);
  }
  const hosts = expectations.metadataPods.map(
    (pod) => `${pod}.${servers.service(expectations)}.${expectations.namespace}.svc.cluster.local`,
  );
  const probes = [
    ...allPods(expectations).map((pod) => ({ pod, port: servers.port })),
    ...(servers.ownPort === undefined
      ? []
      : expectations.metadataPods.map((pod) => ({ pod, port: servers.ownPort! }))),
  ];
  for (const { pod, port } of probes) {
    await eventually(`the new certificate at port ${port} of all servers, seen from ${pod}`, 60, async () => {
      const wrong = (await probeFrom(expectations, pod, hosts, port)).filter(
        ({ fingerprint, problem }) => fingerprint !== wanted || problem !== '',
      );
      return wrong.length === 0
        ? { done: undefined }
        : {
            state: wrong
              .map(({ host, problem }) => `${host}: ${problem || 'another certificate'}`)
              .join('; '),
          };
    });
  }
  return `${hosts.length} servers serve it in ${probes.length} probes`;
}

// With TLS 1.2, a rejection is part of the handshake.
const PROBE = `
const { readFileSync } = require('node:fs');
const { connect } = require('node:tls');
const file = (name) => readFileSync('/run/cdk8s-kafka-stores/metadata/' + name);
const own = { key: file('keystore.pem'), cert: file('keystore.pem'), ca: file('truststore.pem'), maxVersion: 'TLSv1.2' };
const probe = (host) => new Promise((resolve) => {
  let fingerprint = '';
  const socket = connect({ host, port: INPUT.port, servername: host, ...own });
  const end = (problem) => { socket.destroy(); resolve({ host, fingerprint, problem }); };
  socket.setTimeout(8000, () => end('no response'));
  socket.on('error', (error) => end(error.code + ' ' + error.message));
  socket.on('close', () => end('closed'));
  socket.on('secureConnect', () => { fingerprint = socket.getPeerCertificate().fingerprint256; end(''); });
});
Promise.all(INPUT.hosts.map(probe)).then((results) => process.stdout.write(JSON.stringify(results)));
`;

async function probeFrom(
  { namespace }: Expectations,
  pod: string,
  hosts: readonly string[],
  port: number,
): Promise<ProbeResult[]> {
  const args = ['exec', '--stdin', pod, `--namespace=${namespace}`, '--container=agent', '--', 'node', '-'];
  const input = `globalThis.INPUT = ${JSON.stringify({ hosts, port })};\n${PROBE}`;
  return readJson<ProbeResult[]>(`a probe from ${pod}`, () => kubectl(args, { input, seconds: 60 }));
}

const SETTLED = /^cdk8s_kafka_certificate_restart_pending\{[^}]*certificates="metadata"[^}]*\} 0$/m;

/** No agent reports a pending restart. */
async function nothingIsPending(expectations: Expectations): Promise<void> {
  for (const pod of allPods(expectations)) {
    await eventually(`no restart of ${pod} to be pending`, 60, async () => {
      const metrics = await metricsOf(expectations, pod);
      const line = metrics.split('\n').find((text) => /restart_pending\{.*metadata/.test(text));
      return SETTLED.test(metrics) ? { done: undefined } : { state: line ?? 'the metric is missing' };
    });
  }
}

/** Servers that reject each other keep their connections until the leader changes, so the check changes the leader. */
async function controllerChanges(
  world: World,
  servers: MetadataServers,
  action: RotationAction,
): Promise<string> {
  const controller = await servers.activeController(world);
  await restart(world, controller);
  const successor = await servers.activeController(world);
  if (successor === controller) {
    throw new Error(`${controller} was restarted and is still the active controller: no failover`);
  }
  const topic = `after${action}`;
  const ids = brokersOf(world.expectations).map(({ id }) => id);
  await world.tools.createTopic(topic, ids.join(':'));
  await untilHealthy(world);
  await world.tools.deleteTopic(topic);
  const led = servers.leader === undefined ? '' : `; ${await anotherLeads(world, servers.leader)}`;
  return `${successor} took over from ${controller} and created a topic${led}`;
}

async function anotherLeads(world: World, leaderOf: (world: World) => Promise<string>): Promise<string> {
  const leader = await leaderOf(world);
  await restart(world, leader);
  const successor = await leaderOf(world);
  if (successor === leader) {
    throw new Error(`${leader} was restarted and is still the leader: no failover`);
  }
  return `${successor} took over from ${leader}`;
}

function allPods(expectations: Expectations): string[] {
  return [...expectations.metadataPods, ...brokerPods(expectations)];
}

function brokerPods(expectations: Expectations): string[] {
  return brokersOf(expectations).map(({ pod }) => pod);
}

// Metadata request, version 1, without a client id and topics. The controller id follows the brokers in the response.
const ASK_CONTROLLER = `
const { readFileSync } = require('node:fs');
const { connect } = require('node:tls');
const request = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 255, 255, 0, 0, 0, 0]);
const [cert, key] = ['tls.crt', 'tls.key'].map((name) => readFileSync('/certs/' + name));
const socket = connect({ ...INPUT, servername: INPUT.host, cert, key, rejectUnauthorized: false });
const end = (answer) => { process.stdout.write(JSON.stringify(answer)); socket.destroy(); };
socket.setTimeout(8000, () => end({ problem: 'no response' }));
socket.on('error', (error) => end({ problem: error.message }));
socket.on('secureConnect', () => socket.write(request));
let got = Buffer.alloc(0);
socket.on('data', (part) => {
  got = Buffer.concat([got, part]);
  if (got.length < 4 || got.length < 4 + got.readInt32BE(0)) return;
  let at = 12;
  const skipText = () => { at += 2 + Math.max(0, got.readInt16BE(at)); };
  for (let left = got.readInt32BE(8); left > 0; left--) {
    at += 4;
    skipText();
    at += 4;
    skipText();
  }
  end({ id: got.readInt32BE(at) });
});
`;

/** Pod of the broker that is the active controller. The tools of ZooKeeper need more memory than a small server leaves. */
async function activeBroker({ expectations }: World): Promise<string> {
  const { namespace, clusterName } = expectations;
  const input = { host: `${clusterName}-bootstrap.${namespace}.svc.cluster.local`, port: 9092 };
  const script = `globalThis.INPUT = ${JSON.stringify(input)};\n${ASK_CONTROLLER}`;
  const args = ['exec', '--stdin', CLIENT_PROBE, `--namespace=${namespace}`, '--', 'node', '-'];
  return eventually<string>('a broker to return the controller id', 60, async () => {
    const { id, problem } = await readJson<{ readonly id?: number; readonly problem?: string }>(
      'the Metadata response',
      () => kubectl(args, { input: script, seconds: 60 }),
    );
    const broker = brokersOf(expectations).find((each) => each.id === id);
    return broker ? { done: broker.pod } : { state: problem ?? `broker ${id}, which does not exist` };
  });
}
