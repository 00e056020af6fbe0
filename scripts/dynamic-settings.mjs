// Writes lib/private/dynamic-settings.ts: which settings Kafka can change while it runs. Needs Java and Maven, and a build.
//   npm run dynamic-settings
// The source is Kafka itself: `kafka.server.KafkaConfig` prints what the documentation of each release is made of.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const TARGET = 'lib/private/dynamic-settings.ts';
const CLASSPATH = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.0:build-classpath';

const { KafkaVersion } = createRequire(import.meta.url)('../dist/lib/index.js');
const versions = Object.values(KafkaVersion).filter((value) => value instanceof KafkaVersion);
const lineOf = ({ version }) => version.replace(/\.\d+$/, '');

/** Update mode and lines of each setting that is not read-only, as one key, and its names. */
const groups = new Map();
const modes = new Map();
for (const version of versions) {
  for (const [name, mode] of modesOf(version.version)) {
    const key = `${name} ${mode}`;
    modes.set(key, [...(modes.get(key) ?? []), lineOf(version)]);
  }
}
for (const [key, lines] of modes) {
  const [name, mode] = key.split(' ');
  const group = `${mode} ${lines.join(' ')}`;
  groups.set(group, [...(groups.get(group) ?? []), name]);
}
const table = [...groups.keys()].sort().map((group) => {
  const [mode, ...lines] = group.split(' ');
  return { mode, lines, names: groups.get(group).sort() };
});

const text = `/*
 * Written by scripts/dynamic-settings.mjs, which asks Kafka ${versions.map(({ version }) => version).join(', ')}. Do not edit.
 */

/** Lines of Kafka that were asked, the oldest first. */
export const KAFKA_LINES: readonly string[] = ${JSON.stringify(versions.map(lineOf))};

/** Settings with the same update mode in the same lines of Kafka. */
export interface DynamicSettings {
  /** Whether Kafka takes a value for one broker only, or one for the whole cluster as well. */
  readonly mode: 'per-broker' | 'cluster-wide';
  readonly lines: readonly string[];
  readonly names: readonly string[];
}

/** Settings of brokers that Kafka can change while it runs. All others are read-only. */
export const DYNAMIC_SETTINGS: readonly DynamicSettings[] = ${JSON.stringify(table)};
`;
writeFileSync(TARGET, await format(text, { ...(await resolveConfig(TARGET)), parser: 'typescript' }));

function modesOf(version) {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-'));
  try {
    writeFileSync(join(folder, 'pom.xml'), pomOf(version));
    execFileSync('mvn', ['-q', '-B', CLASSPATH, '-Dmdep.outputFile=classpath'], {
      cwd: folder,
      stdio: 'inherit',
    });
    const classpath = readFileSync(join(folder, 'classpath'), 'utf8');
    const html = execFileSync('java', ['-cp', classpath, 'kafka.server.KafkaConfig'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const found = html
      .split('<h4>')
      .slice(1)
      .map((entry) => [
        /id="brokerconfigs_([^"]+)"/.exec(entry)?.[1],
        /<th>Update Mode:<\/th><td>([^<]+)</.exec(entry)?.[1],
      ]);
    const unread = found.filter(
      ([name, mode]) => !name || !['read-only', 'per-broker', 'cluster-wide'].includes(mode),
    );
    if (found.length === 0 || unread.length > 0) {
      throw new Error(`Kafka ${version} describes its settings in another way: ${JSON.stringify(unread)}`);
    }
    return found.filter(([, mode]) => mode !== 'read-only');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pomOf(version) {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cdk8s-kafka</groupId>
  <artifactId>dynamic-settings</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`;
}
