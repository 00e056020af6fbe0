/*
 * A plan as people read it.
 */
import { HOLD_SETTINGS_ANNOTATION } from '../../lib/seam/agent-config';
import { TopicPlan } from '../../agent/topics/plan/topic-plan';
import { ListProblem } from '../../agent/topics/lists/declarations';
import { copiedBytes } from '../../agent/topics/plan/moves';
import { plural } from '../../agent/text/plural';
import { truncatedList } from '../../agent/text/truncated-list';

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
    ...notes(plan),
  ];
}

function summary(cluster: string, plan: TopicPlan, problems: readonly ListProblem[]): string {
  const counts: readonly (readonly [number, string])[] = [
    [plan.create.length, 'to create'],
    [plan.addPartitions.length, 'to extend'],
    [plan.changeSettings.length, 'with settings to change'],
    [plan.delete.length, 'to delete'],
    [plan.pending.length, 'to delete later'],
    [new Set(plan.drift.map(({ topic }) => topic)).size, 'with differences that are only reported'],
    [plan.waiting.length, 'waiting for brokers'],
    [plan.refused.length + problems.length, 'refused'],
    [plan.unreadSettings?.topics.length ?? 0, 'with unknown settings'],
    [plan.unmanaged.reduce((sum, { topics }) => sum + topics.length, 0), 'without a declaration'],
  ];
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return parts.length === 0
    ? `Topics of cluster ${cluster} are as declared.`
    : `Topics of cluster ${cluster}: ${parts.join(', ')}.`;
}

/** Sentences about the cluster as a whole. */
function notes({ areSettingsHeld, brokers, pruneBlocked, unreadSettings }: TopicPlan): string[] {
  const unread = unreadSettings && truncatedList(unreadSettings.topics, MAX_NAMES);
  return [
    ...(areSettingsHeld
      ? [
          `Note: settings are not changed, because the status ConfigMap has the annotation ${HOLD_SETTINGS_ANNOTATION}.`,
        ]
      : []),
    ...(unread === undefined
      ? []
      : [
          `Note: Kafka does not return the settings of ${unread}; grant the principal of the topic synchronization ` +
            'DescribeConfigs on all topics.',
        ]),
    ...brokers.map((difference) => `Note: ${difference}.`),
    ...(pruneBlocked === undefined ? [] : [`No topic is deleted: ${pruneBlocked}.`]),
  ];
}

function changes({ create, addPartitions, changeSettings, delete: deleted, pending }: TopicPlan): Line[] {
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
    ...pending.map(({ name, dueAt }) => ({
      mark: '!',
      topic: name,
      text: `not declared any more, deleted after ${new Date(dueAt).toISOString()}`,
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
    const copied = own.some(({ bytes }) => bytes !== undefined) ? `, ${copiedBytes(own)} to copy` : '';
    return { mark: '!', topic, text: `${plural(own.length, 'partition')} to reassign${copied}` };
  });
}

function unmanaged(plan: TopicPlan): string[] {
  return plan.unmanaged.map(
    ({ place, topics }) =>
      `${plural(topics.length, 'topic')} without a declaration ${place}: ${truncatedList(topics, MAX_NAMES)}`,
  );
}
