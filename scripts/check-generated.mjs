// Fails when API.md or NOTICE are out of date.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-'));
const stale = [];
try {
  execFileSync(process.execPath, ['scripts/api-md.mjs', join(folder, 'API.md')], { stdio: 'inherit' });
  execFileSync(process.execPath, ['scripts/notice.mjs', join(folder, 'NOTICE')], { stdio: 'inherit' });
  for (const name of ['API.md', 'NOTICE']) {
    if (readFileSync(name, 'utf8') !== readFileSync(join(folder, name), 'utf8')) stale.push(name);
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (stale.length > 0) {
  console.error(`${stale.join(' and ')} differ from what the code generates; run: npm run docs`);
  process.exit(1);
}
