import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { ConfigMap, KubernetesObject } from '../kubernetes/objects';

/** Root of the repository. */
export const ROOT = join(__dirname, '..', '..', '..');

/** The YAML of an example. */
export interface Manifest {
  readonly file: string;
  readonly objects: readonly KubernetesObject[];
}

/** A topic of an example. */
export interface DefinedTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** Synthesizes an app with cdk8s: its program, and arguments if it has any. */
export async function synthesize(program: string): Promise<Manifest> {
  const folder = await mkdtemp(join(tmpdir(), 'cdk8s-kafka-e2e-'));
  const programs = join(ROOT, 'node_modules', '.bin');
  const app = `tsx ${program}`;
  await promisify(execFile)(
    join(programs, 'cdk8s'),
    ['synth', '--check-upgrade=false', '--app', app, '--output', folder],
    { cwd: ROOT, env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` } },
  );
  const files = await readdir(folder);
  if (files.length !== 1) {
    throw new Error(`expected one file from ${program}, found ${files.join(', ') || 'none'}`);
  }
  const file = join(folder, files[0]);
  const documents = parseAllDocuments(await readFile(file, 'utf8'));
  return { file, objects: documents.map((document) => document.toJS() as KubernetesObject) };
}

/** Topics that the manifest defines. */
export function definedTopics({ objects }: Manifest): DefinedTopic[] {
  return objects
    .filter((object): object is ConfigMap => object.kind === 'ConfigMap')
    .flatMap(({ data }) =>
      data?.['topics.json'] ? (JSON.parse(data['topics.json']) as DefinedTopic[]) : [],
    );
}

/** The ConfigMaps with topics. */
export function topicConfigMaps({ objects }: Manifest): string[] {
  return objects
    .filter((object): object is ConfigMap => object.kind === 'ConfigMap')
    .filter(({ data }) => data?.['topics.json'] !== undefined)
    .map(({ metadata }) => metadata.name);
}
