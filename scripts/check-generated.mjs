// Fails when API.md, NOTICE or the JSON Schema of topic files are out of date.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPTS = {
  'API.md': 'scripts/api-md.mjs',
  NOTICE: 'scripts/notice.mjs',
  'schemas/topics.schema.json': 'scripts/topics-schema.mjs',
};

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-'));
const stale = [];
try {
  for (const [name, script] of Object.entries(SCRIPTS)) {
    execFileSync(process.execPath, [script, join(folder, name)], { stdio: 'inherit' });
    if (readFileSync(name, 'utf8') !== readFileSync(join(folder, name), 'utf8')) stale.push(name);
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (stale.length > 0) {
  console.error(`${stale.join(' and ')} differ from what the code generates; run: npm run docs`);
  process.exit(1);
}
