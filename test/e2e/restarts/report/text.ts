/*
 * The report as Markdown.
 */
import { Result } from '../result';
import { RESTART_HEADINGS, cellsOf, restartCellsOf } from './cells';

/** The report of all results. */
export function textOf(results: readonly Result[]): string {
  return [
    '# Restarts',
    table(
      ['scenario', 'as expected', 'lost', 'errors', 'longest pause', 'restart of a broker'],
      results.map((result) => cellsOf(result)),
    ),
    ...results.map(sectionOf),
  ]
    .join('\n\n')
    .concat('\n');
}

function sectionOf(result: Result): string {
  const { group, name, about, at, seconds, findings, restarts } = result;
  return [
    `## ${group}: ${name}`,
    about,
    `Ran at ${at}, for ${seconds} s.`,
    table(
      ['', 'expected', 'seen'],
      findings.map(({ expected, seen, isMet }) => [isMet ? 'ok' : '**not met**', expected, seen]),
    ),
    ...(restarts.length === 0 ? [] : [table(RESTART_HEADINGS, restarts.map(restartCellsOf))]),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', '<br>');
}
