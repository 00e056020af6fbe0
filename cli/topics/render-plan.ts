/*
 * A plan as people read it.
 */
import { TopicPlan } from '../../agent/topics/plan/topic-plan';
import { ListProblem } from '../../agent/topics/lists/declarations';
import { formatBytes } from '../../agent/text/bytes';

/** Maximum number of names on a line. */
const MAX_NAMES = 10;

interface Line {
  /** `+` is created, `~` changed, `-` deleted, `!` reported, `x` refused. */
  readonly mark: string;
  readonly topic: string;
  readonly text: string;
}

/** Lines of a plan: a summary, and one line for each topic and change. */
export function renderPlan(cluster: string, plan: TopicPlan, problems: readonly ListProblem[]): string[] {
  const lines = [...changes(plan), ...findings(plan, problems)];
  const width = Math.min(60, Math.max(0, ...lines.map(({ topic }) => topic.length)));
  return [
    summary(cluster, plan, problems),
    ...lines.map(({ mark, topic, text }) => `${mark} ${topic.padEnd(width)}  ${text}`.trimEnd()),
    ...unmanaged(plan),
    ...plan.brokers.map((difference) => `Note: ${difference}.`),
    ...(plan.pruneBlocked === undefined ? [] : [`No topic is deleted: ${plan.pruneBlocked}.`]),
  ];
}

function summary(cluster: string, plan: TopicPlan, problems: readonly ListProblem[]): string {
  const counts: readonly (readonly [number, string])[] = [
    [plan.create.length, 'to create'],
    [plan.addPartitions.length, 'to extend'],
    [plan.changeSettings.length, 'with settings to change'],
    [plan.delete.length, 'to delete'],
    [new Set(plan.drift.map(({ topic }) => topic)).size, 'with differences that are only reported'],
    [plan.waiting.length, 'waiting for brokers'],
    [plan.refused.length + problems.length, 'refused'],
  ];
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return parts.length === 0
    ? `Topics of cluster ${cluster} are as declared.`
    : `Topics of cluster ${cluster}: ${parts.join(', ')}.`;
}

function changes({ create, addPartitions, changeSettings, delete: deleted }: TopicPlan): Line[] {
  return [
    ...create.map(({ name, assignments, config }) => ({
      mark: '+',
      topic: name,
      text: [
        plural(assignments.length, 'partition'),
        plural(assignments[0].length, 'replica'),
        ...Object.entries(config).map(([key, value]) => `${key}=${value}`),
      ].join(', '),
    })),
    ...addPartitions.map(({ name, from, count }) => ({
      mark: '~',
      topic: name,
      text: `partitions ${from} -> ${count}`,
    })),
    ...changeSettings.flatMap(({ name, set, remove, from }) =>
      [...Object.keys(set), ...remove].map((key) => ({
        mark: '~',
        topic: name,
        text: `${key} ${from[key] ?? '(not set)'} -> ${set[key] ?? '(not set)'}`,
      })),
    ),
    ...deleted.map(({ name, absentSince }) => ({
      mark: '-',
      topic: name,
      text: `not declared since ${new Date(absentSince).toISOString()}`,
    })),
  ];
}

function findings(plan: TopicPlan, problems: readonly ListProblem[]): Line[] {
  return [
    ...plan.drift.map(({ topic, message }) => ({ mark: '!', topic, text: message })),
    ...reassignments(plan),
    ...plan.waiting.map(({ topic, message }) => ({ mark: '!', topic, text: message })),
    ...plan.refused.map(({ topic, message }) => ({ mark: 'x', topic, text: message })),
    ...problems.map(({ topic = '', message }) => ({ mark: 'x', topic, text: message })),
  ];
}

function reassignments({ moves }: TopicPlan): Line[] {
  return [...new Set(moves.map(({ topic }) => topic))].map((topic) => {
    const own = moves.filter((move) => move.topic === topic);
    const sizes = own.flatMap(({ bytes }) => bytes ?? []);
    const copied =
      sizes.length < own.length ? '' : `, ${formatBytes(sizes.reduce((sum, size) => sum + size, 0))} to copy`;
    return { mark: '!', topic, text: `${plural(own.length, 'partition')} to reassign${copied}` };
  });
}

function unmanaged(plan: TopicPlan): string[] {
  return plan.unmanaged.map(({ problem, topics }) => {
    const more = topics.length - MAX_NAMES;
    const names = `${topics.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    return `${plural(topics.length, 'topic')} without a declaration ${problem}: ${names}`;
  });
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
