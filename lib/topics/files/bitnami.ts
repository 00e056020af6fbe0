/*
 * Values of Bitnami's Helm chart: `provisioning.topics`, also in the values of a chart that depends on it.
 * https://github.com/bitnami/charts/blob/main/bitnami/kafka/values.yaml
 */
import { Fields, Located, mapsOf } from './fields';
import { FileTopic, Form, fileTopic, namedFields } from './file-topic';
import { MapNode, Node, isBoolean, valueOf } from './nodes';
import { Report } from './report';

/** Values of Bitnami's Helm chart. */
export const BITNAMI: Form = {
  matches: (document) => provisionings(document).length > 0,
  read: (document, report) => provisionings(document).flatMap((node) => readProvisioning(node, report)),
};

function provisionings(document: Node): MapNode[] {
  const values = document.kind === 'map' ? [document, ...document.entries.map(({ value }) => value)] : [];
  return values
    .map((value) => valueOf(value, 'provisioning'))
    .filter((node): node is MapNode => node?.kind === 'map' && valueOf(node, 'topics') !== undefined);
}

/** Values of the chart if a file does not set them. */
const CHART_DEFAULT = 1;

function readProvisioning(node: MapNode, report: Report): FileTopic[] {
  const provisioning = new Fields(node, 'provisioning', report);
  const enabled = provisioning.entry('enabled');
  if (isBoolean(enabled?.value, false)) {
    report.warn(
      enabled!.line,
      'provisioning.enabled is false, so the chart does not create these topics; they are read',
    );
  }
  provisioning.warnOf(
    ['preScript', 'postScript', 'extraProvisioningCommands', 'command', 'args'],
    'not run, and can change topics; declare such changes in provisioning.topics',
  );
  const defaultOf = (key: string): Located<number> =>
    provisioning.whole(key) ?? { value: CHART_DEFAULT, line: provisioning.line };
  const [partitions, replicationFactor] = [defaultOf('numPartitions'), defaultOf('replicationFactor')];
  // The other fields are about the Job of the chart.
  return mapsOf(provisioning.items('topics'), 'an item of provisioning.topics', report).flatMap((item) => {
    const named = namedFields(item);
    if (named === undefined) {
      return [];
    }
    const { name, fields } = named;
    const topic = fileTopic(report, {
      name,
      partitions: fields.whole('partitions') ?? partitions,
      replicationFactor: fields.whole('replicationFactor') ?? replicationFactor,
      settings: fields.settings('config'),
    });
    fields.finish();
    return [topic];
  });
}
