/*
 * The report as a self-contained HTML page.
 */
import { Result } from '../result';
import { RESTART_HEADINGS, cellsOf, restartCellsOf } from './cells';
import { COLORS, escaped, pictureOf } from './picture';

const STYLE = `
body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1120px; padding: 0 1rem; color: #1f2328; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #d0d7de; padding: .25rem .6rem; text-align: left; vertical-align: top; }
th { background: #f6f8fa; }
.unmet { background: #ffebe9; }
svg { width: 100%; height: auto; border: 1px solid #d0d7de; }
.key span { margin-right: 1.2rem; white-space: nowrap; }
.key i { display: inline-block; width: 1em; height: 1em; margin-right: .3em; vertical-align: -.1em; }
`;

const KEY = [
  [COLORS.states.ready, 'ready'],
  [COLORS.states['not ready'], 'not ready'],
  [COLORS.states.stopping, 'stopping, possibly delayed'],
  [COLORS.states.down, 'down'],
  [COLORS.behind, 'out-of-sync partitions of the broker'],
  [COLORS.latency, 'longest latency of records that the broker acknowledged, 1 ms to 100 s'],
  [COLORS.short, 'partitions below min.insync.replicas'],
];

/** The page of all results. */
export function pageOf(results: readonly Result[]): string {
  const key = KEY.map(([color, text]) => `<span><i style="background:${color}"></i>${escaped(text)}</span>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Restarts</title>
<style>${STYLE}</style>
<h1>Restarts</h1>
${table(
  ['scenario', 'as expected', 'lost', 'errors', 'longest pause', 'restart of a broker'],
  results.map((result) => ({ cells: cellsOf(result), isMet: result.findings.every(({ isMet }) => isMet) })),
)}
<p class="key">${key.join('\n')}</p>
${results.map(sectionOf).join('\n')}
</html>
`;
}

function sectionOf({ group, name, about, at, seconds, findings, restarts, timeline }: Result): string {
  return `<h2>${escaped(`${group}: ${name}`)}</h2>
<p>${escaped(about)} Ran at ${escaped(at)}, for ${seconds} s.</p>
${pictureOf(timeline)}
${table(
  ['expected', 'seen'],
  findings.map(({ expected, seen, isMet }) => ({ cells: [expected, seen], isMet })),
)}
${
  restarts.length === 0
    ? ''
    : table(
        RESTART_HEADINGS,
        restarts.map((restart) => ({ cells: restartCellsOf(restart), isMet: true })),
      )
}`;
}

interface Row {
  readonly cells: readonly string[];
  readonly isMet: boolean;
}

function table(head: readonly string[], rows: readonly Row[]): string {
  const cells = (tag: string, texts: readonly string[]) =>
    texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr${row.isMet ? '' : ' class="unmet"'}>${cells('td', row.cells)}</tr>`);
  return `<table><tr>${cells('th', head)}</tr>\n${body.join('\n')}</table>`;
}
