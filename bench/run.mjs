// Synthesis times: npm run bench. Compare the ratios; absolute values depend on the machine.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { agentMemory } from './agent-memory.mjs';
import { compare, run, summary } from './measure.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-bench-'));
const out = join(scratch, 'out');
const node = process.execPath;
const ms = (value) => `${value.toFixed(0)} ms`.padStart(9);
const mib = (value) => `${value.toFixed(0)} MiB`.padStart(8);

console.log(`synth, ${ROUNDS} rounds, median (minimum–maximum), Node.js ${process.version}\n`);
let lastObjects;
console.log('maps  brokers  objects        library        baseline  ratio   memory  baseline');
for (const [maps, brokers] of [
  [1, 3],
  [10, 3],
  [100, 3],
  [1000, 3],
  [50, 6],
]) {
  const library = () => run(node, ['bench/apps/maps.mjs', maps, brokers, out].map(String));
  await library();
  const yaml = readdirSync(out)
    .map((file) => readFileSync(join(out, file), 'utf8'))
    .join('\n---\n');
  const objects = parseAllDocuments(yaml).map((document) => document.toJS());
  lastObjects = objects;
  const file = join(scratch, 'objects.json');
  writeFileSync(file, JSON.stringify(objects));
  const [result, baseline] = await compare(ROUNDS, library, () =>
    run(node, ['bench/apps/floor.mjs', file, out]),
  );
  const range = ({ least, most }) => `(${least.toFixed(0)}–${most.toFixed(0)})`.padEnd(12);
  console.log(
    `${String(maps).padStart(4)} ${String(maps * brokers).padStart(8)} ${String(objects.length).padStart(8)} ` +
      `${ms(result.median)} ${range(result)}${ms(baseline.median)} ${(result.median / baseline.median).toFixed(2).padStart(6)} ` +
      `${mib(result.peak)} ${mib(baseline.peak)}`,
  );
}

const runs = [];
for (let round = 0; round < ROUNDS; round++) {
  const app = `${node} bench/apps/maps.mjs 50 6 ${out}`;
  runs.push(await run('cdk8s', ['synth', '--check-upgrade=false', '-a', app, '-o', out]));
}
const cli = summary(runs);
console.log(
  `\ncdk8s synth of 50 maps, 300 brokers: ${ms(cli.median)} (${cli.least.toFixed(0)}–${cli.most.toFixed(0)})`,
);

for (const file of ['agent.mjs', 'shared.mjs']) {
  console.log(`\n${file}: ${statSync(`dist/agent/${file}`).size} bytes`);
}
console.log(await agentMemory(lastObjects, scratch));
rmSync(scratch, { recursive: true });
