/*
 * Results are stored one by one, and the report contains all stored results. An interrupted run keeps its results, and a
 * repeated scenario replaces its earlier result.
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../setup/manifest';
import { slugOf } from '../../steps';
import { Result } from '../result';
import { pageOf } from './page';
import { textOf } from './text';

const FOLDER = join(ROOT, 'dist', 'e2e');
const RESULTS = join(FOLDER, 'restarts');

/** Stores a result, and writes the report again. */
export async function keepResult(result: Result): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const file = join(RESULTS, `${result.group}.${slugOf(result.name)}.json`);
  await writeFile(file, `${JSON.stringify(result)}\n`);
  const files = (await readdir(RESULTS)).filter((name) => name.endsWith('.json'));
  const results = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(RESULTS, name), 'utf8')) as Result),
  );
  const ordered = results.sort((a, b) => (`${a.group} ${a.at}` < `${b.group} ${b.at}` ? -1 : 1));
  await writeFile(join(FOLDER, 'report.md'), textOf(ordered));
  await writeFile(join(FOLDER, 'report.html'), pageOf(ordered));
}
