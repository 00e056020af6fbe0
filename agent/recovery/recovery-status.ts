/* The status of the recovery, in its ConfigMap. It contains no clock, so it changes only with the state. */
import { plural } from '../text/plural';
import { RecoveryDecision, ServerVerdict } from './decide-recovery';
import { LostServer } from './lost-server';

/** Number of recoveries that the history keeps. */
const HISTORY_LINES = 20;

/** Lines about lost servers: what the recovery would do, and what it waits for. */
export function statusText(
  { verdicts, needsPerson }: RecoveryDecision,
  unclear: readonly string[] = [],
): string {
  const others = unclear.map((text) => `a person has to look: ${text}`);
  if (verdicts.length === 0) {
    return [others.length === 0 ? 'no server is lost' : '', ...others].filter(Boolean).join('\n') + '\n';
  }
  return [
    ...others,
    `${plural(verdicts.length, 'server')} lost with ${verdicts.length === 1 ? 'its node' : 'their nodes'}`,
    ...(needsPerson.length === 0 ? [] : ['a person has to decide whether these nodes are lost']),
    ...verdicts.flatMap(serverLines),
    '',
  ].join('\n');
}

function serverLines({ server, waitsFor }: ServerVerdict): string[] {
  return [
    `${server.pod.name}: ${describeLoss(server)}`,
    `  the recovery deletes ${describeDeletion(server)}`,
    ...waitsFor.map((reason) => `  waits: ${reason}`),
  ];
}

/** Describes the loss: `node n-1 (zone a) does not exist`. */
export function describeLoss({ node, nodeState, zone }: LostServer): string {
  const where = zone === undefined ? node : `${node} (zone ${zone})`;
  return `node ${where} ${nodeState === 'deleted' ? 'does not exist' : 'has the taint out-of-service'}`;
}

/** Describes what frees a server: `claim data-0-a-1001 (volume v-1) and pod a-1001`. */
export function describeDeletion({ claims, pod }: LostServer): string {
  const named = claims.map(({ name, volume }) => `${name} (volume ${volume})`).join(', ');
  return `${claims.length === 1 ? 'claim' : 'claims'} ${named} and pod ${pod.name}`;
}

/** Adds a recovery to the history, the last one first. */
export function withRecovery(history: string | undefined, server: LostServer, time: string): string {
  const line = `${time} ${server.pod.name}: ${describeLoss(server)}; deletes ${describeDeletion(server)}`;
  const lines = (history ?? '').split('\n').filter(Boolean);
  return `${[line, ...lines].slice(0, HISTORY_LINES).join('\n')}\n`;
}
