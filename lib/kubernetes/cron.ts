/*
 * Schedules of CronJobs. The API server rejects others, and cdk8s passes any text on.
 */
import { Cron } from 'cdk8s';
import { format } from '../input/format';
import { Kind, kind } from '../input/kinds';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values, from `min` on. */
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 6, names: DAYS },
];

const MACRO = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every (\d+(\.\d+)?(h|m|s))+)$/;

/** @throws when a CronJob cannot have the schedule */
export function assertSchedule(what: string, schedule: string): void {
  const problem = problemOf(schedule);
  if (problem !== undefined) {
    throw new Error(
      `${what} is ${format(schedule)}, ${problem}; write the five fields of a CronJob, for example '*/5 * * * *'`,
    );
  }
}

function problemOf(schedule: string): string | undefined {
  if (MACRO.test(schedule)) {
    return undefined;
  }
  const fields = schedule.split(' ').filter((field) => field !== '');
  if (fields.length !== FIELDS.length) {
    return `which has ${fields.length} fields`;
  }
  const wrong = FIELDS.findIndex(
    (field, index) => !fields[index].split(',').every((item) => isItem(item, field)),
  );
  if (wrong < 0) {
    return undefined;
  }
  const { name, min, max } = FIELDS[wrong];
  return `whose ${name} ${format(fields[wrong])} is not within ${min} to ${max}`;
}

/** True for `*`, `5`, `mon-fri`, and each of them with a step: `0-30/10`. */
function isItem(item: string, field: Field): boolean {
  const [range, step = '1', ...more] = item.split('/');
  const ends =
    range === '*' || range === '?'
      ? [field.min, field.max]
      : range.split('-').map((end) => valueOf(end, field));
  const [first, last = first] = ends;
  return (
    more.length === 0 &&
    ends.length <= 2 &&
    /^[1-9]\d{0,8}$/.test(step) &&
    first >= field.min &&
    last <= field.max &&
    first <= last
  );
}

function valueOf(text: string, { min, names = [] }: Field): number {
  const index = names.indexOf(text.toLowerCase());
  if (index >= 0) {
    return index + min;
  }
  return /^\d{1,9}$/.test(text) ? Number(text) : NaN;
}

const CRON_OBJECT: Kind<Cron> = kind(
  (value) => typeof (Object(value) as Cron).expressionString === 'string',
  "Cron.schedule({ minute: '*/5' })",
);

/** The kind of a schedule that a CronJob can have. */
export const CRON: Kind<Cron> = {
  ...CRON_OBJECT,
  assert: (what, value) => {
    CRON_OBJECT.assert(what, value);
    assertSchedule(what, (value as Cron).expressionString);
  },
};
