import { readFileSync } from 'node:fs';
import { EXIT } from '../../../agent/runtime/errors';

test('the page about topics has every exit code of a run', () => {
  const page = readFileSync('docs/topics.md', 'utf8');
  const [, table] = /\| exit code \| meaning +\| what you do +\|\n((?:\|.*\n)+)/.exec(page)!;
  const codes = table.split('\n').flatMap((row) => row.split('|')[1]?.match(/\d+/g) ?? []);
  expect(codes.map(Number).sort((a, b) => a - b)).toEqual(Object.values(EXIT).sort((a, b) => a - b));
});
