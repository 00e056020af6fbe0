// Writes lib/kafka/kafka-settings.ts: which values Kafka takes for its settings, and which of them it can change while
// it runs. Needs Java and Maven, and a build.
//   npm run kafka-settings
// The source is Kafka itself: `kafka.server.KafkaConfig` prints what the documentation of each release is made of.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const TARGET = 'lib/kafka/kafka-settings.ts';
const CLASSPATH = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.0:build-classpath';
const MODES = ['read-only', 'per-broker', 'cluster-wide'];
const NUMBERS = ['short', 'int', 'long', 'double'];
const TYPES = [...NUMBERS, 'boolean', 'string', 'list', 'class', 'password'];

/** Kafka names some of what it takes for these, and takes more. */
const INCOMPLETE = ['inter.broker.protocol.version', 'log.message.format.version'];

const { KafkaVersion } = createRequire(import.meta.url)('../dist/lib/index.js');
const versions = Object.values(KafkaVersion).filter((value) => value instanceof KafkaVersion);
const lineOf = ({ version }) => version.replace(/\.\d+$/, '');
const described = versions.map((version) => ({
  line: lineOf(version),
  settings: settingsOf(version.version),
}));

const dynamic = grouped((setting) => (setting.mode === 'read-only' ? undefined : { mode: setting.mode }));
const values = grouped((setting) => {
  const rule = INCOMPLETE.includes(setting.name) ? {} : ruleOf(setting);
  const isChecked = NUMBERS.includes(setting.type) || setting.type === 'boolean' || rule.oneOf !== undefined;
  return isChecked ? { type: setting.type, ...rule } : undefined;
});

const text = `/*
 * Written by scripts/kafka-settings.mjs, which asks Kafka ${versions.map(({ version }) => version).join(', ')}. Do not edit.
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
export const DYNAMIC_SETTINGS: readonly DynamicSettings[] = ${JSON.stringify(dynamic)};

/** Settings that take the same values in the same lines of Kafka. */
export interface SettingValues {
  readonly type: 'short' | 'int' | 'long' | 'double' | 'boolean' | 'string' | 'list';
  readonly min?: number;
  readonly max?: number;
  /** A number outside of the range that is taken as well. */
  readonly or?: number;
  /** The only texts that are taken; of a list, the only ones in it. */
  readonly oneOf?: readonly string[];
  readonly isCaseInsensitive?: boolean;
  readonly lines: readonly string[];
  readonly names: readonly string[];
}

/** Settings of brokers and controllers that do not take any text. */
export const SETTING_VALUES: readonly SettingValues[] = ${JSON.stringify(values)};
`;
writeFileSync(TARGET, await format(text, { ...(await resolveConfig(TARGET)), parser: 'typescript' }));

/** What holds for settings, with the lines it holds in and the names of those it holds for. */
function grouped(ruleFor) {
  const linesByRule = new Map();
  for (const { line, settings } of described) {
    for (const setting of settings) {
      const rule = ruleFor(setting);
      if (rule) {
        const key = JSON.stringify([rule, setting.name]);
        linesByRule.set(key, [...(linesByRule.get(key) ?? []), line]);
      }
    }
  }
  const groups = new Map();
  for (const [key, lines] of linesByRule) {
    const [rule, name] = JSON.parse(key);
    const group = JSON.stringify({ ...rule, lines });
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups.keys()]
    .sort()
    .map((group) => ({ ...JSON.parse(group), names: groups.get(group).sort() }));
}

function ruleOf({ name, type, valid }) {
  if (NUMBERS.includes(type)) {
    const [, min, max, or] = /^\[(-?\d+),\.\.\.(?:,(-?\d+))?\](?: or (-?\d+))?$/.exec(valid) ?? [];
    if (min === undefined && valid.startsWith('[')) {
      throw new Error(`Kafka describes the values of ${name} in another way: ${valid}`);
    }
    return numbers({ min, max, or });
  }
  const [, isCaseInsensitive, texts] = /^(\(case insensitive\) )?\[(.*)\]$/.exec(valid) ?? [];
  return texts === undefined
    ? {}
    : { oneOf: texts.split(', '), ...(isCaseInsensitive ? { isCaseInsensitive: true } : {}) };
}

function numbers(found) {
  const given = Object.entries(found).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, Number(value)]));
}

function settingsOf(version) {
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
    const found = html.split('<h4>').slice(1).map(settingIn);
    const unread = found.filter(
      ({ name, mode, type, valid }) =>
        !name || !MODES.includes(mode) || !TYPES.includes(type) || valid === undefined,
    );
    if (found.length === 0 || unread.length > 0) {
      throw new Error(`Kafka ${version} describes its settings in another way: ${JSON.stringify(unread)}`);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function settingIn(entry) {
  const row = (title) => new RegExp(`<th>${title}:</th><td>([^<]*)<`).exec(entry)?.[1];
  return {
    name: /id="brokerconfigs_([^"]+)"/.exec(entry)?.[1],
    mode: row('Update Mode'),
    type: row('Type'),
    valid: row('Valid Values'),
  };
}

function pomOf(version) {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cdk8s-kafka</groupId>
  <artifactId>kafka-settings</artifactId>
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
