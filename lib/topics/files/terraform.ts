/*
 * The output of `terraform show -json` for a state or a plan.
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
import { mapsOf } from './fields';
import { FileTopic, Form, fileTopic } from './file-topic';
import { Node, valueOf } from './nodes';
import { Report } from './report';

/** Output of `terraform show -json`. */
export const TERRAFORM: Form = {
  matches: (document) =>
    valueOf(document, 'format_version') !== undefined || valueOf(document, 'terraform_version') !== undefined,
  read: readOutput,
};

/** Names of the attributes of a resource. */
interface Attributes {
  readonly name: string;
  readonly partitions: string;
  readonly replicationFactor?: string;
  /** Further attributes, which are not about the topic itself. */
  readonly others: readonly string[];
}

const RESOURCES: Readonly<Record<string, Attributes>> = {
  // Provider Mongey/kafka.
  kafka_topic: {
    name: 'name',
    partitions: 'partitions',
    replicationFactor: 'replication_factor',
    others: ['id', 'managed_replication_factor'],
  },
  // Provider confluentinc/confluent. Confluent Cloud decides about replicas.
  confluent_kafka_topic: {
    name: 'topic_name',
    partitions: 'partitions_count',
    others: ['id', 'kafka_cluster', 'rest_endpoint', 'credentials'],
  },
};

function readOutput(document: Node, report: Report): FileTopic[] {
  const values = valueOf(document, 'planned_values') ?? valueOf(document, 'values');
  const root = valueOf(values, 'root_module');
  if (root === undefined) {
    report.error(
      document.line,
      'has no values of terraform; write the file with: terraform show -json > topics.json',
    );
    return [];
  }
  return modules(root).flatMap((module) => {
    const resources = valueOf(module, 'resources');
    return resources?.kind === 'list'
      ? resources.items.flatMap((resource) => readResource(resource, report))
      : [];
  });
}

function modules(module: Node): Node[] {
  const children = valueOf(module, 'child_modules');
  return [module, ...(children?.kind === 'list' ? children.items.flatMap(modules) : [])];
}

function readResource(resource: Node, report: Report): FileTopic[] {
  const [type, address, mode] = ['type', 'address', 'mode'].map((key) => textIn(resource, key));
  const values = valueOf(resource, 'values');
  // Data sources describe topics of others.
  if (values === undefined || !Object.hasOwn(RESOURCES, type) || mode === 'data') {
    return [];
  }
  const attributes = RESOURCES[type];
  return mapsOf([values], address, report).flatMap((fields) => {
    const name = fields.text(attributes.name);
    if (name === undefined) {
      report.error(
        resource.line,
        `${address} has no ${attributes.name} that is known before terraform apply; write the file after it`,
      );
      return [];
    }
    const { replicationFactor } = attributes;
    const topic = fileTopic(report, {
      name,
      partitions: fields.whole(attributes.partitions),
      replicationFactor: replicationFactor === undefined ? undefined : fields.whole(replicationFactor),
      settings: fields.settings('config'),
    });
    fields.skip(...attributes.others);
    fields.finish();
    return [topic];
  });
}

function textIn(node: Node, key: string): string {
  const value = valueOf(node, key);
  return value?.kind === 'scalar' ? value.text : '';
}
