/*
 * Topologies of JulieOps. With its default rule, the name of a topic is made of `context`, the further fields of the topology in
 * their order, the project, the topic and its data type, separated by '.'.
 * https://julieops.readthedocs.io/en/latest/the-descriptor-files.html
 */
import { quoted } from '../../input/format';
import { topicText } from '../topic-checks';
import { Fields, Located, LocatedSettings, ONLY_TOPICS, mapsOf } from './fields';
import { FileTopic, Form, fileTopic, namedFields } from './file-topic';
import { MapNode, valueOf } from './nodes';
import { Report } from './report';
import { wholeOf } from './text-values';

/** Topologies of JulieOps. */
export const JULIEOPS: Form = {
  matches: (document) =>
    valueOf(document, 'context') !== undefined &&
    ['projects', 'special_topics'].some((key) => valueOf(document, key) !== undefined),
  read: (document, report) => readTopology(document as MapNode, report),
};

/** Fields of a topology that are not part of names. */
const NOT_IN_NAMES = ['context', 'projects', 'special_topics', 'platform'];

/** Fields of a project and of a topic that are about access rights. */
const ACCESS = ['consumers', 'producers', 'connectors', 'streams', 'ksql', 'rbac'];

function readTopology(document: MapNode, report: Report): FileTopic[] {
  const topology = new Fields(document, 'a topology', report);
  const parts = document.entries.filter(({ key }) => !NOT_IN_NAMES.includes(key)).map(({ key }) => key);
  const prefix = ['context', ...parts].map((key) => topology.text(key)?.value ?? '');
  topology.warnOf(['platform'], ONLY_TOPICS);
  const special = mapsOf(topology.items('special_topics'), 'an item of special_topics', report);
  return [
    ...mapsOf(topology.items('projects'), 'a project', report).flatMap((project) =>
      readProject(project, prefix),
    ),
    ...special.flatMap((item) => readTopic(item, [])),
  ];
}

function readProject(item: Fields, prefix: readonly string[]): FileTopic[] {
  const named = namedFields(item);
  if (named === undefined) {
    return [];
  }
  const { name } = named;
  const project = item.renamed(`project ${quoted(name.value)}`);
  project.warnOf([...ACCESS, 'schemas'], ONLY_TOPICS);
  // Further fields of a project are access rights of roles that JulieOps lets users define.
  return mapsOf(project.items('topics'), `a topic of ${project.owner}`, project.report).flatMap((topic) =>
    readTopic(topic, [...prefix, name.value]),
  );
}

function readTopic(item: Fields, prefix: readonly string[]): FileTopic[] {
  const named = namedFields(item);
  if (named === undefined) {
    return [];
  }
  const { name } = named;
  const dataType = named.fields.text('dataType')?.value;
  // The topics in special_topics have their own names.
  const parts = [...prefix, name.value, ...(prefix.length === 0 || dataType === undefined ? [] : [dataType])];
  const value = parts.join('.');
  const fields = named.fields.renamed(topicText(value));
  const settings = fields.settings('config');
  const topic = fileTopic(fields.report, {
    name: { line: name.line, value },
    partitions: numberIn(settings, 'num.partitions', fields),
    replicationFactor: numberIn(settings, 'replication.factor', fields),
    settings,
    labels: fields.texts('metadata'),
  });
  const plan = fields.text('plan');
  if (plan !== undefined) {
    fields.report.error(
      plan.line,
      `plan of ${fields.owner} is ${quoted(plan.value)}, a plan of another file; write its settings into config, and remove plan`,
    );
  }
  fields.warnOf(['consumers', 'producers', 'schemas', 'subjectNameStrategy'], ONLY_TOPICS);
  fields.finish();
  return [topic];
}

/** Takes a number of the topic out of its settings. */
function numberIn(settings: LocatedSettings, key: string, fields: Fields): Located<number> | undefined {
  const found = settings.get(key);
  settings.delete(key);
  if (found === undefined) {
    return undefined;
  }
  const value = wholeOf(found.value);
  if (value !== undefined) {
    return { line: found.line, value };
  }
  fields.report.error(
    found.line,
    `setting '${key}' of ${fields.owner} is ${quoted(found.value)}; write a whole number, such as 12`,
  );
  return undefined;
}
