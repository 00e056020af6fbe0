/*
 * Certificates of controllers or ZooKeeper: replaced by restarts, one after another, of all who read them once.
 */
import { zookeeperLeader } from '../checks/quorum';
import { untilHealthy } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { readJson } from '../kubernetes/whole-output';
import { assertNone, eventually } from '../waiting';
import { Outcome, World, brokersOf } from '../world';
import { restart } from './ca-rotation';
import { metricsOf } from './metrics';
import { refreshingSecrets } from './secret-refresh';
import { CLIENT_PROBE } from './probing';
import { RotationAction, sendRequest, untilDone } from './rotation-request';
import { fingerprintIn, secretOf } from './secrets';
import { untilStable } from './stable';
import { PodStates, changesSince, podStatesOf } from './pod-changes';
import { WITH_RESTARTS, underLoad } from './under-load';

/** Servers with the metadata of a cluster. */
export interface MetadataServers {
  /** Secret with their certificate. */
  readonly secret: (outcome: Outcome) => string;
  /** Headless Service that they are found by. */
  readonly service: (outcome: Outcome) => string;
  readonly port: number;
  /** Port that is open to themselves only, where there is another one with TLS. */
  readonly ownPort?: number;
  /** Every port of theirs. */
  readonly closedPorts: readonly number[];
  /** Pods that restart for new certificates. */
  readonly restarts: (outcome: Outcome) => readonly string[];
  /** Pod of the active controller. */
  readonly activeController: (world: World) => Promise<string>;
  /** Pod of the server that leads the others, where that is not the active controller. */
  readonly leader?: (world: World) => Promise<string>;
}

/** Controllers of the cluster's own. */
export const CONTROLLERS: MetadataServers = {
  secret: ({ clusterName }) => `${clusterName}-controllers-tls`,
  service: ({ clusterName }) => `${clusterName}-controllers`,
  port: 9093,
  closedPorts: [9093, 8080],
  restarts: allPods,
  activeController: async ({ outcome, tools }) => {
    const { leader } = await tools.quorum();
    return outcome.metadataPods.find((pod) => pod.endsWith(`-${leader}`))!;
  },
};

/** ZooKeeper, where one of the brokers is the controller. The servers themselves take everything over while they run. */
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

/** A pass restarts servers, one after another; a new authority takes three passes. */
const SECONDS: Readonly<Record<RotationAction, number>> = { renew: 2700, rotate: 3 * 2700 };

/** Certificates, or the authority, of those who keep the metadata are replaced, and clients do not notice. */
export function metadataReplaced(
  servers: MetadataServers,
  action: RotationAction,
): (world: World) => Promise<string> {
  return async (world) => {
    const { outcome } = world;
    await untilHealthy(world);
    await untilStable(outcome);
    const before = await podStatesOf(outcome);
    const old = fingerprintIn(await secretOf(outcome, servers.secret(outcome)));
    const said = await underLoad(
      world,
      `metadata-${action}`,
      async () => {
        const done = await refreshingSecrets(outcome, async () => {
          const request = await sendRequest(outcome, 'metadata', action);
          return untilDone(outcome, 'metadata', action, request, SECONDS[action]);
        });
        await untilHealthy(world);
        assertRestarted(servers.restarts(outcome), before, await podStatesOf(outcome));
        const served = await newIsServed(outcome, servers, old);
        await nothingIsPending(outcome);
        return `${done}; ${served}; ${await controllerChanges(world, servers, action)}`;
      },
      WITH_RESTARTS,
    );
    await untilStable(outcome);
    return said;
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
interface Seen {
  readonly host: string;
  readonly fingerprint: string;
  readonly problem: string;
}

/** Every server presents the new certificate to every pod, and each accepts the other with the stores of Kafka. */
async function newIsServed(outcome: Outcome, servers: MetadataServers, old: string): Promise<string> {
  const wanted = fingerprintIn(await secretOf(outcome, servers.secret(outcome)));
  if (wanted === old) {
    throw new Error(`Secret ${servers.secret(outcome)} holds the certificate from before`);
  }
  const hosts = outcome.metadataPods.map(
    (pod) => `${pod}.${servers.service(outcome)}.${outcome.namespace}.svc.cluster.local`,
  );
  const looks = [
    ...allPods(outcome).map((pod) => ({ pod, port: servers.port })),
    ...(servers.ownPort === undefined
      ? []
      : outcome.metadataPods.map((pod) => ({ pod, port: servers.ownPort! }))),
  ];
  for (const { pod, port } of looks) {
    await eventually(
      `the new certificate at port ${port} of all servers, as ${pod} sees them`,
      60,
      async () => {
        const wrong = (await lookFrom(outcome, pod, hosts, port)).filter(
          ({ fingerprint, problem }) => fingerprint !== wanted || problem !== '',
        );
        return wrong.length === 0
          ? { done: undefined }
          : { state: wrong.map(({ host, problem }) => `${host}: ${problem || 'another one'}`).join('; ') };
      },
    );
  }
  return `${hosts.length} servers show it in ${looks.length} looks`;
}

// With TLS 1.2 a client hears within the handshake that it is refused.
const LOOK = `
const { readFileSync } = require('node:fs');
const { connect } = require('node:tls');
const file = (name) => readFileSync('/run/cdk8s-kafka-stores/metadata/' + name);
const own = { key: file('keystore.pem'), cert: file('keystore.pem'), ca: file('truststore.pem'), maxVersion: 'TLSv1.2' };
const look = (host) => new Promise((resolve) => {
  let fingerprint = '';
  const socket = connect({ host, port: INPUT.port, servername: host, ...own });
  const end = (problem) => { socket.destroy(); resolve({ host, fingerprint, problem }); };
  socket.setTimeout(8000, () => end('no answer'));
  socket.on('error', (error) => end(error.code + ' ' + error.message));
  socket.on('close', () => end('closed'));
  socket.on('secureConnect', () => { fingerprint = socket.getPeerCertificate().fingerprint256; end(''); });
});
Promise.all(INPUT.hosts.map(look)).then((seen) => process.stdout.write(JSON.stringify(seen)));
`;

async function lookFrom(
  { namespace }: Outcome,
  pod: string,
  hosts: readonly string[],
  port: number,
): Promise<Seen[]> {
  const args = ['exec', '--stdin', pod, `--namespace=${namespace}`, '--container=agent', '--', 'node', '-'];
  const input = `globalThis.INPUT = ${JSON.stringify({ hosts, port })};\n${LOOK}`;
  return readJson<Seen[]>(`a look from ${pod}`, () => kubectl(args, { input, seconds: 60 }));
}

const SETTLED = /^cdk8s_kafka_certificate_restart_pending\{[^}]*certificates="metadata"[^}]*\} 0$/m;

/** No agent knows of anything that only another restart would bring. */
async function nothingIsPending(outcome: Outcome): Promise<void> {
  for (const pod of allPods(outcome)) {
    await eventually(`no restart of ${pod} to be pending`, 60, async () => {
      const metrics = await metricsOf(outcome, pod);
      const line = metrics.split('\n').find((text) => /restart_pending\{.*metadata/.test(text));
      return SETTLED.test(metrics) ? { done: undefined } : { state: line ?? 'the metric is missing' };
    });
  }
}

/** Servers that reject each other continue until the leader changes, so the leader is changed. */
async function controllerChanges(
  world: World,
  servers: MetadataServers,
  action: RotationAction,
): Promise<string> {
  const controller = await servers.activeController(world);
  await restart(world, controller);
  const successor = await servers.activeController(world);
  if (successor === controller) {
    throw new Error(`${controller} was restarted and is the controller again: no failover`);
  }
  const topic = `after${action}`;
  const ids = brokersOf(world.outcome).map(({ id }) => id);
  await world.tools.createTopic(topic, ids.join(':'));
  await untilHealthy(world);
  await world.tools.deleteTopic(topic);
  const led = servers.leader === undefined ? '' : `; ${await anotherLeads(world, servers.leader)}`;
  return `${successor} took over from ${controller}, and made a topic${led}`;
}

async function anotherLeads(world: World, leaderOf: (world: World) => Promise<string>): Promise<string> {
  const leader = await leaderOf(world);
  await restart(world, leader);
  const successor = await leaderOf(world);
  if (successor === leader) {
    throw new Error(`${leader} was restarted and leads again: no failover`);
  }
  return `${successor} leads after ${leader}`;
}

function allPods(outcome: Outcome): string[] {
  return [...outcome.metadataPods, ...brokerPods(outcome)];
}

function brokerPods(outcome: Outcome): string[] {
  return brokersOf(outcome).map(({ pod }) => pod);
}

// Version 1 of Metadata, of a client without a name and for no topic: the controller stands behind the brokers.
const ASK_CONTROLLER = `
const { readFileSync } = require('node:fs');
const { connect } = require('node:tls');
const request = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 255, 255, 0, 0, 0, 0]);
const [cert, key] = ['tls.crt', 'tls.key'].map((name) => readFileSync('/certs/' + name));
const socket = connect({ ...INPUT, servername: INPUT.host, cert, key, rejectUnauthorized: false });
const end = (answer) => { process.stdout.write(JSON.stringify(answer)); socket.destroy(); };
socket.setTimeout(8000, () => end({ problem: 'no answer' }));
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

/** The broker that is the controller. The tools of ZooKeeper need more memory than is to spare beside a small server. */
async function activeBroker({ outcome }: World): Promise<string> {
  const { namespace, clusterName } = outcome;
  const input = { host: `${clusterName}-bootstrap.${namespace}.svc.cluster.local`, port: 9092 };
  const script = `globalThis.INPUT = ${JSON.stringify(input)};\n${ASK_CONTROLLER}`;
  const args = ['exec', '--stdin', CLIENT_PROBE, `--namespace=${namespace}`, '--', 'node', '-'];
  return eventually<string>('a broker to name the controller', 60, async () => {
    const { id, problem } = await readJson<{ readonly id?: number; readonly problem?: string }>(
      'the question for the controller',
      () => kubectl(args, { input: script, seconds: 60 }),
    );
    const broker = brokersOf(outcome).find((each) => each.id === id);
    return broker ? { done: broker.pod } : { state: problem ?? `broker ${id}, which does not exist` };
  });
}
