/*
 * Breaking the glass: somebody declares a server ready that is not, for a while, with a name and a reason. What cannot
 * be understood is not obeyed, and said.
 */

/** What somebody demands. */
export interface ForceRequest {
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly by: string;
  readonly reason: string;
}

/** A demand in force, or why there is none. */
export type ForceState =
  | { readonly kind: 'open'; readonly request: ForceRequest }
  | {
      readonly kind: 'ignored';
      readonly reason: string;
      /** It has been obeyed, and is over. */
      readonly isExpired?: true;
      /** It would be obeyed later, when nobody expects it any more. */
      readonly isTooLong?: true;
    }
  | { readonly kind: 'none' };

const REQUEST_FORMAT = 'until=<time, ISO 8601 with zone>; by=<name>; reason=<text>';
/** With a zone: `until=17:00` means another time to everybody. */
const TIME = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
/** Whoever demands as much as may be has another clock. */
const CLOCK_SKEW_MS = 10_000;

/** Judges a demand. */
export function evaluateForceRequest(value: string | undefined, now: number, limitSeconds: number): ForceState {
  if (value === undefined) {
    return { kind: 'none' };
  }
  const fields = fieldsOf(value);
  if (fields === undefined) {
    return { kind: 'ignored', reason: `it is not ${REQUEST_FORMAT}` };
  }
  const { until = '', by = '', reason = '' } = fields;
  const missing = Object.entries({ until, by, reason })
    .filter(([, text]) => text === '')
    .map(([name]) => name);
  if (missing.length > 0) {
    return { kind: 'ignored', reason: `it has no ${missing.join(', no ')}; write ${REQUEST_FORMAT}` };
  }
  const end = timeIn(until);
  if (Number.isNaN(end)) {
    return { kind: 'ignored', reason: `until is '${until}', which is no time in ISO 8601 with a zone` };
  }
  if (end <= now) {
    return { kind: 'ignored', reason: `it ended at ${until}`, isExpired: true };
  }
  // This way round a limit that is no number allows nothing.
  if (!(end - now <= limitSeconds * 1000 + CLOCK_SKEW_MS)) {
    return {
      kind: 'ignored',
      reason: `until is ${until}, more than ${limitSeconds} s from when it was read; demand less, and again if need be`,
      isTooLong: true,
    };
  }
  return { kind: 'open', request: { until: end, by, reason } };
}

/** Judges demands one after another. One that was too long stays so when its end draws near. */
export class ForceRequestEvaluator {
  private rejected?: { readonly value: string; readonly force: ForceState };

  constructor(private readonly limitSeconds: number) {}

  /** Judges the demand as it stands now. */
  evaluate(value: string | undefined, now: number): ForceState {
    if (value !== undefined && value === this.rejected?.value) {
      return this.rejected.force;
    }
    const force = evaluateForceRequest(value, now, this.limitSeconds);
    this.rejected =
      value !== undefined && force.kind === 'ignored' && force.isTooLong ? { value, force } : undefined;
    return force;
  }
}

/** A demand for people. */
export function formatForceRequest({ until, by, reason }: ForceRequest): string {
  return `forced by ${by} until ${new Date(until).toISOString()}: ${reason}`;
}

/** NaN when it is none; the 30th of February is none either. */
function timeIn(text: string): number {
  const day = TIME.exec(text)?.[1];
  const isDay = day !== undefined && new Date(Date.parse(day) || 0).toISOString().startsWith(day);
  return isDay ? Date.parse(text) : NaN;
}

type Fields = Partial<Record<'until' | 'by' | 'reason', string>>;

function fieldsOf(value: string): Fields | undefined {
  const text = value.trim();
  return text.startsWith('{') ? parseJsonFields(text) : parsePairFields(text);
}

function parseJsonFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const entries = Object.entries(Object(value) as object).filter(([, one]) => typeof one === 'string');
    return Object.fromEntries(entries.map(([name, one]) => [name, String(one).trim()]));
  } catch {
    return undefined;
  }
}

/** The reason comes last, so that it may hold anything. */
function parsePairFields(text: string): Fields | undefined {
  const found: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const match = /^(until|by|reason)\s*=\s*/.exec(rest);
    if (!match || match[1] in found) {
      return undefined;
    }
    rest = rest.slice(match[0].length);
    const end = match[1] === 'reason' ? -1 : rest.indexOf(';');
    found[match[1]] = (end < 0 ? rest : rest.slice(0, end)).trim();
    rest = end < 0 ? '' : rest.slice(end + 1).trim();
  }
  return found;
}
