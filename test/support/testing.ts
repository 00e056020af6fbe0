import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart, Yaml } from 'cdk8s';
import { IConstruct } from 'constructs';

/** An API object as in the YAML. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows the fields that it reads
export type Manifest = any;

for (const bundle of ['agent/agent.mjs', 'yaml/yaml.cjs']) {
  if (!existsSync(join(__dirname, '../../dist', bundle))) {
    throw new Error(`dist/${bundle}, which lib/ reads, is missing; run: npm run build`);
  }
}

/** A chart of a new app. */
export function newChart(namespace = 'kafka'): Chart {
  return new Chart(new App(), 'test', { namespace });
}

/** All objects of a chart; validations run first. */
export function synth(chart: Chart): Manifest[] {
  return chart.toJson();
}

/** The text that `cdk8s synth` writes for a chart. */
export function yamlOf(chart: Chart): string {
  return Yaml.stringify(...synth(chart));
}

/** The objects of a construct and of its parts. */
export function objectsOf(construct: IConstruct): Manifest[] {
  return construct.node
    .findAll()
    .filter((node) => ApiObject.isApiObject(node))
    .map((object) => object.toJson());
}

/** The one object of a kind and name. */
export function find(objects: readonly Manifest[], kind: string, name: string): Manifest {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1) {
    const names = objects.map((object) => `${object.kind}/${object.metadata.name}`);
    throw new Error(`${found.length} objects are ${kind}/${name}; there are: ${names.join(', ')}`);
  }
  return found[0];
}

/** All objects of a kind. */
export function ofKind(objects: readonly Manifest[], kind: string): Manifest[] {
  return objects.filter((object) => object.kind === kind);
}

/** The pod templates of all workloads, by `kind/name`. */
export function podTemplates(objects: readonly Manifest[]): [workload: string, template: Manifest][] {
  return objects
    .map((object): [string, Manifest] => [
      `${object.kind}/${object.metadata.name}`,
      object.spec?.jobTemplate?.spec.template ?? object.spec?.template,
    ])
    .filter(([, template]) => template !== undefined);
}

/** All containers of all workloads, init containers included, by `kind/name/container`. */
export function allContainers(objects: readonly Manifest[]): [container: string, definition: Manifest][] {
  return podTemplates(objects).flatMap(([workload, { spec }]) =>
    [...(spec.initContainers ?? []), ...spec.containers].map((container): [string, Manifest] => [
      `${workload}/${container.name}`,
      container,
    ]),
  );
}

/** Objects as YAML, without the programs, which change with every build of the agent. */
export function snapshotOf(objects: readonly Manifest[]): string {
  return Yaml.stringify(...(withoutProgram(objects) as Manifest[]));
}

function withoutProgram(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutProgram);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      /^(init|agent|shared|topics|authority|recovery)\.mjs$/.test(key)
        ? '(the program)'
        : key === 'cdk8s-kafka.io/restart-agent'
          ? '(checksum of the program)'
          : withoutProgram(inner),
    ]),
  );
}

/** Parses a Java properties file line by line, like Java. */
export function readProperties(text: string): Record<string, string> {
  const read: Record<string, string> = {};
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (/^\s*([#!]|$)/.test(line)) continue;
    const [, name, value] = /^\s*((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)$/s.exec(line)!;
    read[unescaped(name)] = unescaped(value);
  }
  return read;
}

function unescaped(text: string): string {
  const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f' };
  return text.replace(/\\u([0-9a-fA-F]{4})|\\(.)/gs, (_, code: string | undefined, character: string) =>
    code === undefined ? (controls[character] ?? character) : String.fromCharCode(parseInt(code, 16)),
  );
}

/** The Kafka settings in the ConfigMap of a workload. */
export function settingsOf(objects: readonly Manifest[], name: string): Record<string, string> {
  return readProperties(find(objects, 'ConfigMap', name).data['server.properties']);
}

/** The parts of a server's StatefulSet and ConfigMap that tests read. */
export function serverParts(server: { readonly statefulSet: ApiObject; readonly configMap: ApiObject }) {
  const set: Manifest = server.statefulSet.toJson();
  const { data }: Manifest = server.configMap.toJson();
  const pod = set.spec.template.spec;
  const [container, agent] = pod.containers;
  return {
    set,
    pod,
    container,
    agent,
    data,
    annotations: set.spec.template.metadata.annotations,
    settings: readProperties(data['server.properties'] ?? data['zoo.cfg']),
    agentConfig: JSON.parse(data['agent.json']),
    env: Object.fromEntries(container.env.map(({ name, value }: Manifest) => [name, value])),
  };
}

/** The message that a function throws. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was thrown';
}

/** Throws what a construct reports at synth. Warnings are hidden. */
export function assertValid(construct: IConstruct): void {
  const warnings = jest.spyOn(console, 'error').mockImplementation();
  const problems = construct.node.validate();
  warnings.mockRestore();
  if (problems.length > 0) {
    throw new Error(problems.join('\n'));
  }
}

/** The message of cdk8s when constructs of a chart report errors. */
export function validationFailure(...errors: [path: string, message: string][]): string {
  return [
    'Validation failed with the following errors:',
    ...errors.map(([path, message]) => `  [${path}] ${message}`),
  ].join('\n');
}

/** Collects the lines that are written to standard error, and hides them. */
export function collectWarnings(): string[] {
  const lines: string[] = [];
  jest.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  return lines;
}
