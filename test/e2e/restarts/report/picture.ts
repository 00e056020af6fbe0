/*
 * Chart of a scenario: state, out-of-sync partitions and latency of each broker.
 */
import { Lane, Point, Timeline } from '../result';
import { State } from '../states';

/** Colors of the states. */
export const COLORS = {
  states: { ready: '#aceebb', 'not ready': '#ffd33d', stopping: '#b6e3ff', down: '#8c959f' } satisfies Record<
    State,
    string
  >,
  behind: '#cf222e',
  latency: '#0550ae',
  short: '#cf222e',
  client: ['#8250df', '#bc4c00'],
};

const WIDTH = 1080;
const LEFT = 110;
const RIGHT = 10;
const BAND = 12;
const LANE = 62;
const MARKS = 20;
const AXIS = 24;

/** Decades from 1 ms to 100 s. */
const DECADES = 5;

/** A chart in SVG. */
export function pictureOf(timeline: Timeline): string {
  const { lanes, clients, marks, seconds } = timeline;
  const top = MARKS * Math.max(1, rowsOf(marks.length));
  const height = top + LANE * (lanes.length + 2) + AXIS;
  const x = scaleOf(seconds);
  const parts = [
    ...lanes.map((lane, index) => laneOf(lane, top + index * LANE, x)),
    curvesOf(clients, top + lanes.length * LANE, x),
    stepsOf('below min ISR', timeline.short, COLORS.short, top + (lanes.length + 1) * LANE, LANE - 14, x),
    ...marks.map(({ second, text }, index) => {
      const at = x(second);
      const y = MARKS * (index % rowsOf(marks.length)) + 13;
      return (
        `<line x1="${at}" x2="${at}" y1="${y}" y2="${height - AXIS}" stroke="#57606a" stroke-dasharray="2 3"/>` +
        `<text x="${at + 3}" y="${y}" font-size="11" fill="#57606a">${escaped(text)}</text>`
      );
    }),
    axisOf(seconds, height, x),
  ];
  return (
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif">\n` +
    `${parts.join('\n')}\n</svg>`
  );
}

/** Text with escaped HTML characters. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

type Scale = (second: number) => number;

function scaleOf(seconds: number): Scale {
  return (second) => round(LEFT + (second / Math.max(1, seconds)) * (WIDTH - LEFT - RIGHT));
}

/** Marks are written in several rows, so that they do not overlap. */
function rowsOf(marks: number): number {
  return Math.min(6, Math.max(1, marks));
}

function laneOf({ pod, periods, behind, latencyMs }: Lane, top: number, x: Scale): string {
  const bands = periods.map(({ from, to, state }) => {
    const width = round(Math.max(0.5, x(to) - x(from)));
    const title = `<title>${escaped(`${pod} ${state}, ${from} to ${to} s`)}</title>`;
    return `<rect x="${x(from)}" y="${top}" width="${width}" height="${BAND}" fill="${COLORS.states[state]}">${title}</rect>`;
  });
  return [
    `<text x="4" y="${top + BAND - 2}" font-size="12">${escaped(pod)}</text>`,
    ...bands,
    stepsOf('', behind, COLORS.behind, top + BAND, LANE - BAND - 8, x),
    curveOf(latencyMs, COLORS.latency, top + BAND, LANE - BAND - 8, x),
  ].join('\n');
}

function curvesOf(clients: Timeline['clients'], top: number, x: Scale): string {
  return clients
    .map(({ name, p99 }, index) => {
      const color = COLORS.client[index % COLORS.client.length];
      const label = `<text x="4" y="${top + 14 + index * 14}" font-size="11" fill="${color}">${escaped(`p99 ${name}`)}</text>`;
      return `${label}\n${curveOf(p99, color, top, LANE - 14, x)}`;
    })
    .join('\n');
}

/** Milliseconds on a logarithmic axis. Seconds without records are gaps of the line. */
function curveOf(points: readonly Point[], color: string, top: number, height: number, x: Scale): string {
  const y = (ms: number) => round(top + height * (1 - Math.min(1, Math.log10(Math.max(1, ms)) / DECADES)));
  let last = -Infinity;
  const path = points.map(([second, ms]) => {
    const isGap = second - last > 3;
    last = second;
    return `${isGap ? 'M' : 'L'}${x(second)} ${y(ms)}`;
  });
  return path.length === 0 ? '' : `<path d="${path.join('')}" fill="none" stroke="${color}"/>`;
}

/** A count as a step line. */
function stepsOf(
  label: string,
  points: readonly Point[],
  color: string,
  top: number,
  height: number,
  x: Scale,
): string {
  const most = Math.max(0, ...points.map(([, value]) => value));
  const base = top + height;
  const text = (content: string, y: number) =>
    `<text x="4" y="${y}" font-size="11" fill="${color}">${escaped(content)}</text>`;
  const caption = [
    ...(label === '' ? [] : [text(label, top + 14)]),
    ...(most === 0 ? [] : [text(`up to ${most}`, base - 2)]),
  ];
  if (most === 0) {
    return caption.join('\n');
  }
  const path = points.map(([second, value]) => `L${x(second)} ${round(base - (height * value) / most)}`);
  const first = x(points[0][0]);
  const last = x(points[points.length - 1][0]);
  return [
    ...caption,
    `<path d="M${first} ${base}${path.join('')}L${last} ${base}Z" fill="${color}" fill-opacity=".2" stroke="${color}"/>`,
  ].join('\n');
}

function axisOf(seconds: number, height: number, x: Scale): string {
  const step = [10, 30, 60, 120, 300].find((each) => seconds / each <= 16) ?? 600;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  return ticks
    .map(
      (second) =>
        `<line x1="${x(second)}" x2="${x(second)}" y1="0" y2="${height - AXIS}" stroke="#d0d7de" stroke-width=".5"/>` +
        `<text x="${x(second)}" y="${height - 8}" font-size="11" text-anchor="middle">${second} s</text>`,
    )
    .join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
