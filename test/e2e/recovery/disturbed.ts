/*
 * A recovery that is killed, has no API server, or works beside a GitOps tool.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GitopsProgram } from '../gitops/gitops-program';
import { apply, kubectl } from '../kubernetes/kubectl';
import { isReady } from '../kubernetes/objects';
import { noApiServer } from '../kubernetes/no-api-server';
import { podsOf } from '../kubernetes/pods';
import { Scenario, ScenarioContext } from '../restarts/scenario';
import { numbersOf, seedOfRun } from '../seed';
import { eventually } from '../waiting';
import { World } from '../world';
import {
  LostServer,
  brokerPod,
  freedFinding,
  loseNodeOf,
  recoveryFindings,
  untilRecovered,
} from './lost-node';

const LABELS = { 'app.kubernetes.io/component': 'recovery' };
const POLICY = 'e2e-recovery-without-api-server';
const KILLS = 4;
/** The recovery waits a minute for a node. It is killed around the moment at which it deletes claims. */
const KILL_SECONDS = { from: 50, to: 75 };
const OUTAGE_SECONDS = 120;

/** The program of the recovery is killed at random times while it frees a broker. */
export const killedRecovery: Scenario = {
  name: 'recovery killed at random times',
  about: `The node of a broker is replaced. The pod of the recovery is killed ${KILLS} times, around the moment at which it deletes the claims.`,
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const seed = seedOfRun();
    const random = numbersOf(seed);
    const server = await loseNodeOf(context, lastBroker(context));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const pod = await readyRecovery(context.world);
      await sleep((KILL_SECONDS.from + random() * (KILL_SECONDS.to - KILL_SECONDS.from)) * 1_000);
      context.recorder.mark(`${pod} killed`);
      const within = `--namespace=${context.world.expectations.namespace}`;
      await kubectl(['delete', 'pod', pod, within, '--force', '--grace-period=0', '--ignore-not-found']);
    }
    const seconds = await untilRecovered(context, server);
    return [
      { expected: 'the times can be repeated', seen: `seed ${seed}`, isMet: true },
      ...(await recoveryFindings(context, server, seconds)),
    ];
  },
};

/** The recovery has no API server in the middle of its work. */
export const recoveryWithoutApiServer: Scenario = {
  name: 'recovery without an API server for two minutes',
  about:
    'The node of a broker is replaced. The recovery restarts and has no API server for two minutes. Then it frees the broker.',
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const { namespace } = context.world.expectations;
    const server = await loseNodeOf(context, lastBroker(context));
    const pod = await readyRecovery(context.world);
    let hasStarted: boolean;
    try {
      await apply(noApiServer(namespace, POLICY, { matchLabels: LABELS }));
      // Connections that exist stay open.
      await kubectl(['delete', 'pod', pod, `--namespace=${namespace}`, '--force', '--grace-period=0']);
      context.recorder.mark('the recovery has no API server');
      await sleep(OUTAGE_SECONDS * 1_000);
      hasStarted = context.recorder.stateOf(server.pod) !== 'down';
    } finally {
      await kubectl(['delete', 'networkpolicy', POLICY, `--namespace=${namespace}`, '--ignore-not-found']);
    }
    const seconds = await untilRecovered(context, server);
    return [
      {
        expected: 'nothing is freed without the API server',
        seen: hasStarted ? 'the broker started' : `nothing for ${OUTAGE_SECONDS} s`,
        isMet: !hasStarted,
      },
      ...(await recoveryFindings(context, server, seconds)),
      await freedFinding(context, server),
    ];
  },
};

/** An Argo CD Application applies the YAML every 20 seconds while the recovery frees a broker. */
export const recoveryUnderGitops: Scenario = {
  name: 'node replaced while Argo CD synchronizes',
  about:
    'An Argo CD Application applies the YAML every 20 seconds. The node of a broker is replaced, and the recovery frees it.',
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const { expectations, manifest } = context.world;
    const application = await GitopsProgram.start(
      expectations.clusterName,
      expectations.namespace,
      manifest.file,
      { tracking: 'annotation', isServerSide: true },
    );
    let server: LostServer;
    let seconds: number;
    try {
      await application.untilInSync();
      server = await loseNodeOf(context, lastBroker(context));
      seconds = await untilRecovered(context, server);
      await application.untilInSync();
    } catch (error) {
      throw new Error(`${(error as Error).message}\noutput of gitops:\n${application.lastLines}`);
    } finally {
      application.stop();
    }
    const { pruned, failures, syncs } = application.result;
    return [
      ...(await recoveryFindings(context, server, seconds)),
      await freedFinding(context, server),
      {
        expected: 'nothing is pruned, and no synchronization fails',
        seen: `${syncs.length} synchronizations: ${[...pruned, ...failures].join(', ') || 'none'}`,
        isMet: pruned.length === 0 && failures.length === 0,
      },
    ];
  },
};

function lastBroker({ world }: ScenarioContext): string {
  return brokerPod(world, world.expectations.maps[0].brokerIds.at(-1)!);
}

async function readyRecovery({ expectations }: World): Promise<string> {
  const selector = Object.entries(LABELS).map(([name, value]) => `${name}=${value}`);
  return eventually<string>('a ready pod of the recovery', 300, async () => {
    const found = (await podsOf(expectations.namespace, selector.join())).find(isReady);
    return found ? { done: found.metadata.name } : { state: 'none is ready' };
  });
}
