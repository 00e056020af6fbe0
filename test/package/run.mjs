// Packs the package, follows the quickstart of the README in an empty folder, and checks the result. Needs the npm registry, so
// it is not part of `npm test`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { runSteps } from './steps.mjs';

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-package-'));
const readme = readFileSync('README.md', 'utf8');
const quickstart = readme.slice(readme.indexOf('## Quickstart'), readme.indexOf('## Requirements'));
const block = (language) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(quickstart)[1];

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const TARBALL = `/path/to/cdk8s-kafka-${version}.tgz`;

let tarball;
let objects;
runSteps({
  'npm pack contains the library, the agent and the documentation, and nothing else': () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', folder, '--ignore-scripts']),
    );
    tarball = join(folder, packed.filename);
    const files = packed.files.map(({ path }) => path);
    const allowed =
      /^(dist\/lib\/.*\.(js|d\.ts)|dist\/agent\/(init|agent|recovery|shared|topics|authority)\.mjs|dist\/cli\/cdk8s-kafka\.js|dist\/yaml\/yaml\.cjs|schemas\/topics\.schema\.json|agent\/Dockerfile|\.jsii|(API|CHANGELOG|README)\.md|docs\/[a-z-]+\.md|LICENSE|NOTICE|package\.json)$/;
    assert.deepEqual(
      files.filter((file) => !allowed.test(file)),
      [],
    );
    for (const file of [
      'dist/lib/index.js',
      'dist/lib/index.d.ts',
      'dist/agent/agent.mjs',
      'dist/agent/init.mjs',
      'dist/agent/shared.mjs',
      'dist/agent/topics.mjs',
      'dist/agent/authority.mjs',
      'dist/agent/recovery.mjs',
      'dist/cli/cdk8s-kafka.js',
      'dist/yaml/yaml.cjs',
      'schemas/topics.schema.json',
      '.jsii',
      'API.md',
      'NOTICE',
    ]) {
      assert.ok(files.includes(file), `${file} is missing`);
    }
    for (const [, link] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      assert.ok(files.includes(link), `${link}, to which the README links, is missing`);
    }
  },
  'the commands of the README install it in an empty folder': () => {
    const commands = block('sh').trim().split('\n');
    assert.ok(commands.some((command) => command.includes(TARBALL)));
    for (const command of commands) {
      execFileSync('sh', ['-c', command.replace(TARBALL, tarball)], {
        cwd: folder,
        stdio: 'pipe',
      });
    }
  },
  'the program of the README compiles with the newest peers': () => {
    writeFileSync(join(folder, 'cdk8s.yaml'), block('yaml'));
    writeFileSync(join(folder, 'main.ts'), block('ts'));
    const options = ['--noEmit', '--strict', '--module', 'node16', '--target', 'es2022', '--skipLibCheck'];
    execFileSync(join(process.cwd(), 'node_modules/.bin/tsc'), [...options, 'main.ts'], {
      cwd: folder,
      stdio: 'inherit',
    });
  },
  'cdk8s synth writes the objects that the README lists': () => {
    execFileSync('npx', ['cdk8s', 'synth', '--check-upgrade=false'], { cwd: folder, stdio: 'pipe' });
    const files = readdirSync(join(folder, 'manifests')).filter((file) => file.endsWith('.yaml'));
    const yaml = files.map((file) => readFileSync(join(folder, 'manifests', file), 'utf8')).join('\n---\n');
    objects = parseAllDocuments(yaml).map((document) => document.toJS());
    const [, count] = /turns this into (\d+) objects/.exec(quickstart);
    assert.equal(objects.length, Number(count));
    const outline = quickstart.matchAll(
      /^(Service|StatefulSet|PodDisruptionBudget|ConfigMap|CronJob|Deployment|Lease) +(\S+?),? /gm,
    );
    for (const [, kind, name] of outline) {
      assert.ok(
        objects.some((object) => object.kind === kind && object.metadata.name === name),
        `no ${kind} ${name}`,
      );
    }
  },
  'the manifests contain the agent program, and it runs': () => {
    for (const name of ['events-agent', 'events-agent-shared']) {
      const { data } = objects.find(({ metadata }) => metadata.name === name);
      Object.entries(data).forEach(([file, text]) => writeFileSync(join(folder, file), text));
    }
    const result = (() => {
      try {
        return execFileSync(process.execPath, ['agent.mjs', 'missing.json'], {
          cwd: folder,
          encoding: 'utf8',
        });
      } catch (error) {
        return error.stdout;
      }
    })();
    assert.match(result, /missing\.json cannot be read/);
  },
  'the packed library reads topic files': () => {
    writeFileSync(join(folder, 'topics.yaml'), 'topics:\n  - name: events.orders\n    partitions: twelve\n');
    const program = `
      const { App, Chart } = require('cdk8s');
      const { KafkaCluster, KafkaVersion, TopicConfigMap } = require('cdk8s-kafka');
      const app = new App();
      const chart = new Chart(app, 'topics', { namespace: 'kafka' });
      const attributes = { clusterName: 'events', version: KafkaVersion.V4_4 };
      const cluster = KafkaCluster.fromAttributes(chart, 'Kafka', attributes);
      new TopicConfigMap(chart, 'Topics', { cluster, topicFiles: ['topics.yaml'] });
      app.synth();`;
    assert.throws(
      () => execFileSync(process.execPath, ['-e', program], { cwd: folder, stdio: 'pipe' }),
      /topics\.yaml:3: partitions of topic 'events\.orders' is 'twelve'/,
    );
  },
  'the command prints its usage': () => {
    const help = execFileSync('npx', ['cdk8s-kafka', '--help'], { cwd: folder, encoding: 'utf8' });
    assert.match(help, /^Usage:\n {2}cdk8s-kafka force-ready /);
  },
});
rmSync(folder, { recursive: true });
