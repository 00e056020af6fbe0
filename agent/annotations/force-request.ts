/*
 * Overrides with a time limit: an operator declares a server ready (force-ready), or lets servers stop at once
 * (force-stop). A value that is not valid is ignored, and the reason is reported.
 */
import { formatDuration } from '../text/duration';

/** A request to override the agent. */
export interface ForceRequest {
  /** End of the override, in milliseconds since 1970. */
  readonly until: number;
  readonly by: string;
  readonly reason: string;
}

/** State of an override: active, ignored with a reason, or not requested. */
export type ForceState =
  | { readonly kind: 'active'; readonly request: ForceRequest }
  | {
      readonly kind: 'ignored';
      readonly reason: string;
      /** The override has ended. */
      readonly isExpired?: true;
      /** The override would become valid later, when nobody expects it any more. */
      readonly isTooLong?: true;
    }
  | { readonly kind: 'none' };

const REQUEST_FORMAT = 'until=<time, ISO 8601 with zone>; by=<name>; reason=<text>';
/** The zone is required: without it, `until=17:00` depends on the reader. */
const TIME = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
/** A request for the maximum duration may come from a machine with a different clock. */
const CLOCK_SKEW_MS = 10_000;

/** Evaluates the value of a force annotation. */
export function evaluateForceRequest(
  value: string | undefined,
  now: number,
  limitSeconds: number,
): ForceState {
  if (value === undefined) {
    return { kind: 'none' };
  }
  const fields = fieldsOf(value);
  if (fields === undefined) {
    return { kind: 'ignored', reason: `the value is not valid; write ${REQUEST_FORMAT}` };
  }
  const { until = '', by = '', reason = '' } = fields;
  const missing = Object.entries({ until, by, reason })
    .filter(([, text]) => text === '')
    .map(([name]) => name);
  if (missing.length > 0) {
    return { kind: 'ignored', reason: `the value has no ${missing.join(', no ')}; write ${REQUEST_FORMAT}` };
  }
  const end = timeIn(until);
  if (Number.isNaN(end)) {
    return {
      kind: 'ignored',
      reason: `until is '${until}'; it must be an ISO 8601 time with a zone, for example 2026-03-01T13:00:00Z`,
    };
  }
  if (end <= now) {
    return { kind: 'ignored', reason: `it expired at ${until}`, isExpired: true };
  }
  // Written this way, a limit that is not a number allows nothing.
  if (!(end - now <= limitSeconds * 1000 + CLOCK_SKEW_MS)) {
    return {
      kind: 'ignored',
      reason:
        `until is ${until}; it must be at most ${formatDuration(limitSeconds)} ahead. ` +
        'Choose an earlier time, and request again when it ends',
      isTooLong: true,
    };
  }
  return { kind: 'active', request: { until: end, by, reason } };
}

/** Evaluates the values of one annotation over time. A request that was too long stays ignored until it changes. */
export class ForceRequestEvaluator {
  private rejected?: { readonly value: string; readonly force: ForceState };

  constructor(private readonly limitSeconds: number) {}

  /** Evaluates the current value. */
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

/** Formats a request for log lines, Events and reasons. */
export function formatForceRequest({ until, by, reason }: ForceRequest): string {
  return `forced by ${by} until ${new Date(until).toISOString()}: ${reason}`;
}

/** Parses a time. NaN if the text is not a time with a zone, or names a day that does not exist. */
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
    const entries = Object.entries(Object(value) as object).filter(([, field]) => typeof field === 'string');
    return Object.fromEntries(entries.map(([name, field]) => [name, String(field).trim()]));
  } catch {
    return undefined;
  }
}

/** Parses `name=value` pairs. The reason extends to the end of the text, so it can contain semicolons. */
function parsePairFields(text: string): Fields | undefined {
  const fields: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const match = /^(until|by|reason)\s*=\s*/.exec(rest);
    if (!match || match[1] in fields) {
      return undefined;
    }
    rest = rest.slice(match[0].length);
    const end = match[1] === 'reason' ? -1 : rest.indexOf(';');
    fields[match[1]] = (end < 0 ? rest : rest.slice(0, end)).trim();
    rest = end < 0 ? '' : rest.slice(end + 1).trim();
  }
  return fields;
}
