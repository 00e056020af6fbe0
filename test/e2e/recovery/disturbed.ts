/*
 * A recovery that is killed, has no API server, or works beside a GitOps tool.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GitopsProgram } from '../gitops/gitops-program';
import { apply, getIfThere, kubectl } from '../kubernetes/kubectl';
import { isReady } from '../kubernetes/objects';
import { noApiServer } from '../kubernetes/no-api-server';
import { podsOf } from '../kubernetes/pods';
import { PROGRAMS, kill as killProgram } from '../restarts/killing';
import { Scenario } from '../restarts/scenario';
import { numbersOf, seedOfRun } from '../seed';
import { eventually } from '../waiting';
import { World } from '../world';
import {
  HELD_SECONDS,
  LostServer,
  brokerToLose,
  freedFinding,
  loseNodeOf,
  recoveryFindings,
  secondsUntilFreed,
  untilRecovered,
} from './lost-node';

interface Lease {
  readonly spec?: { readonly holderIdentity?: string };
}

const LABELS = { 'app.kubernetes.io/component': 'recovery' };
const SELECTOR = Object.entries(LABELS)
  .map(([name, value]) => `${name}=${value}`)
  .join();
const POLICY = 'e2e-recovery-without-api-server';
const KILLS = 3;
/** Time after which a process with the Lease is killed. It waits a minute for a node, so that is around the moment at which it deletes claims. */
const KILL_SECONDS = { from: 50, to: 80 };

/** The program of the recovery is killed at random times while it frees a broker. */
export const killedRecovery: Scenario = {
  name: 'recovery killed at random times',
  about: `The node of a broker is replaced. The recovery gets \`kill -9\` ${KILLS} times, around the moment at which it deletes the claims.`,
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const seed = seedOfRun();
    const random = numbersOf(seed);
    const server = await loseNodeOf(context, await brokerToLose(context));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const pod = await actingRecovery(context.world);
      await sleep((KILL_SECONDS.from + random() * (KILL_SECONDS.to - KILL_SECONDS.from)) * 1_000);
      context.recorder.mark(`kill -9 in ${pod}`);
      await killProgram(context.world.expectations, pod, PROGRAMS.recovery);
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
  name: 'recovery without an API server',
  about:
    'The node of a broker is replaced. The recovery restarts and has no API server for three minutes. Then it frees the broker.',
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const { namespace } = context.world.expectations;
    const server = await loseNodeOf(context, await brokerToLose(context));
    const pod = await actingRecovery(context.world);
    let freedAfter: number | undefined;
    let said: string;
    try {
      await apply(noApiServer(namespace, POLICY, { matchLabels: LABELS }));
      // Connections that exist stay open.
      await kubectl(['delete', 'pod', pod, `--namespace=${namespace}`, '--force', '--grace-period=0']);
      context.recorder.mark('the recovery has no API server');
      freedAfter = await secondsUntilFreed(context, [server], HELD_SECONDS);
      said = await lastLine(context.world);
    } finally {
      await kubectl(['delete', 'networkpolicy', POLICY, `--namespace=${namespace}`, '--ignore-not-found']);
    }
    const seconds = await untilRecovered(context, server);
    return [
      {
        expected: 'nothing is freed without the API server',
        seen: freedAfter === undefined ? `nothing for ${HELD_SECONDS} s` : `after ${freedAfter} s`,
        isMet: freedAfter === undefined,
      },
      {
        expected: 'its log says that the API server does not answer',
        seen: said,
        isMet: /no response from the API server/.test(said),
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
      server = await loseNodeOf(context, await brokerToLose(context));
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

/** The pod of the recovery that holds the Lease. */
async function actingRecovery({ expectations }: World): Promise<string> {
  const { clusterName, namespace } = expectations;
  return eventually<string>('a pod of the recovery with the Lease', 300, async () => {
    const lease = await getIfThere<Lease>(['lease', `${clusterName}-recovery`, `--namespace=${namespace}`]);
    const [holder] = (lease?.spec?.holderIdentity ?? '').split('/');
    const pods = (await podsOf(namespace, SELECTOR)).filter(isReady);
    const found = pods.find(({ metadata }) => metadata.name === holder);
    return found ? { done: found.metadata.name } : { state: `the holder is ${holder || 'nobody'}` };
  });
}

/** Last line of the log of the recovery. */
async function lastLine({ expectations }: World): Promise<string> {
  const { namespace } = expectations;
  const log = await kubectl(['logs', `--selector=${SELECTOR}`, `--namespace=${namespace}`, '--tail=1']);
  return log.trim();
}
