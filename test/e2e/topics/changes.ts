/*
 * Topics follow their declaration, and return to it after changes by hand.
 */
import { kubectl } from '../kubernetes/kubectl';
import { synthesize } from '../setup/manifest';
import { Step } from '../steps';
import { World } from '../world';
import { untilAsDeclared } from './as-declared';
import { topicsCommand } from './command';
import { applyAndRun, applyList, countsOf, runOnce } from './runs';

const HOLD = 'cdk8s-kafka.io/hold-settings';
const TOPIC = 'main.load';

/** New topics, partitions and settings follow a change of the list. */
export const listChanges: Step<World> = {
  name: 'topics are created, extended and changed',
  run: async (world) => {
    const job = await applyAndRun(world, 'changed');
    const topics = await untilAsDeclared(world, 'changed');
    const settings = await world.tools.topicSettings(TOPIC);
    if (settings.get('retention.ms') !== '7200000') {
      throw new Error(`retention.ms of ${TOPIC} is ${settings.get('retention.ms')}, not 7200000`);
    }
    return `${topics} topics as declared by ${job}`;
  },
};

/** A setting that somebody changes by hand is corrected, unless it is held. */
export const driftIsCorrected: Step<World> = {
  name: 'a setting changed by hand is corrected, unless it is held',
  run: async (world) => {
    const { namespace, clusterName } = world.expectations;
    const status = ['configmap', `${clusterName}-topics-status`, `--namespace=${namespace}`];
    await world.tools.setTopic(TOPIC, 'retention.ms', '1000000');
    await kubectl(['annotate', ...status, '--overwrite', `${HOLD}=e2e: a test`]);
    const held = countsOf(await runOnce(world, 'held'));
    await kubectl(['annotate', ...status, `${HOLD}-`]);
    const during = (await world.tools.topicSettings(TOPIC)).get('retention.ms');
    const corrected = countsOf(await runOnce(world, 'corrected'));
    const after = (await world.tools.topicSettings(TOPIC)).get('retention.ms');
    if (held.drift !== 1 || during !== '1000000' || corrected.changed !== 1 || after !== '7200000') {
      throw new Error(
        `while held: drift ${String(held.drift)}, ${during}; then changed ${String(corrected.changed)}, ${after}`,
      );
    }
    return `${during} while held, ${after} after the next run`;
  },
};

/** A plan is shown, applied exactly, and refused when the cluster has changed. */
export const planIsApplied: Step<World> = {
  name: 'a plan is shown, applied exactly, and refused after a change',
  run: async (world) => {
    const { program } = world.expectations;
    const manifest = await synthesize(`${program} manual`);
    const plan = `${manifest.file}.plan.json`;
    const shown = await topicsCommand(world, 'plan', '--manifests', manifest.file, '--save', plan);
    if (shown.code !== 2 || !shown.output.includes('+ main.reviewed')) {
      throw new Error(`the plan has exit code ${shown.code}: ${shown.output}`);
    }
    await applyList(world, 'manual');
    await world.tools.setTopic(TOPIC, 'retention.ms', '1000000');
    const refused = await topicsCommand(world, 'apply', '--plan', plan);
    await world.tools.setTopic(TOPIC, 'retention.ms', '7200000');
    const applied = await topicsCommand(world, 'apply', '--plan', plan);
    const again = await topicsCommand(world, 'plan');
    if (refused.code !== 77 || applied.code !== 0 || again.code !== 0) {
      throw new Error(
        `exit codes: after a change ${refused.code}, applied ${applied.code}, planned again ${again.code}: ${again.output}`,
      );
    }
    await untilAsDeclared(world, 'manual');
    return shown.output.trim().split('\n').join(' | ');
  },
};
