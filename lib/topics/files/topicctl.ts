/*
 * Topics of topicctl: one topic in each document.
 * https://github.com/segmentio/topicctl#topics
 */
import { quoted } from '../../input/format';
import { Fields, LocatedSettings } from './fields';
import { FileTopic, Form, NamedFields, fileTopic, namedFields } from './file-topic';
import { MapNode, Node, valueOf } from './nodes';
import { Report } from './report';

/** Files of topicctl. */
export const TOPICCTL: Form = {
  matches: (document) =>
    valueOf(document, 'meta')?.kind === 'map' && valueOf(document, 'spec')?.kind === 'map',
  read: readDocument,
};

/** Fields in the `spec` of files of topicctl that are about clusters, ACLs and users. */
const OTHER_KINDS = ['bootstrapAddrs', 'zkAddrs', 'acls', 'authentication'];

/** Strategies that the placement in the brokers of a map, with leaders and replicas spread over zones, fulfills. */
const STRATEGIES = ['any', 'balanced-leaders', 'cross-rack'];

function readDocument(document: Node, report: Report): FileTopic[] {
  if (OTHER_KINDS.some((key) => valueOf(valueOf(document, 'spec'), key) !== undefined)) {
    report.warn(
      document.line,
      'a file of topicctl about a cluster, ACLs or users is not a topic, and is not read',
    );
    return [];
  }
  const root = new Fields(document as MapNode, 'a topic of topicctl', report);
  const [meta, spec] = [root.fields('meta')!, root.fields('spec')!];
  root.finish();
  const named = namedFields(meta);
  return named === undefined ? [] : [topicOf(named, spec)];
}

function topicOf({ name, fields: meta }: NamedFields, spec: Fields): FileTopic {
  const fields = spec.renamed(meta.owner);
  const topic = fileTopic(fields.report, {
    name,
    partitions: fields.whole('partitions'),
    replicationFactor: fields.whole('replicationFactor'),
    settings: settingsOf(fields),
    labels: meta.texts('labels'),
  });
  checkPlacement(fields);
  // The throttle of topicctl itself.
  fields.skip('migration');
  fields.finish();
  meta.skip('cluster', 'region', 'environment', 'description', 'consumers');
  meta.finish();
  return topic;
}

function settingsOf(fields: Fields): LocatedSettings {
  const settings = fields.settings('settings');
  const minutes = fields.whole('retentionMinutes');
  if (minutes === undefined || minutes.value === 0) {
    return settings;
  }
  if (settings.has('retention.ms')) {
    fields.report.error(
      minutes.line,
      `${fields.owner} has retentionMinutes and settings['retention.ms'], which are the same setting; remove one of them`,
    );
  }
  return settings.set('retention.ms', { line: minutes.line, value: String(minutes.value * 60_000) });
}

function checkPlacement(fields: Fields): void {
  const strategy = fields.fields('placement')?.text('strategy');
  if (strategy !== undefined && !STRATEGIES.includes(strategy.value)) {
    fields.report.warn(
      strategy.line,
      `placement.strategy of ${fields.owner} is ${quoted(strategy.value)}, which is not carried over: replicas of a new topic are ` +
        'on brokers of its map in different zones',
    );
  }
}
