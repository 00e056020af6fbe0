import { Cron } from 'cdk8s';
import { assertSchedule } from '../../../lib/kubernetes/cron';
import { newCluster, newTopicSync } from '../../support/cases';
import { messageOf, newChart } from '../../support/testing';

const check = (schedule: string) => messageOf(() => assertSchedule('schedule', schedule));

test.each([
  ['x', 'which has 1 fields'],
  ['', 'which has 0 fields'],
  ['* * * *', 'which has 4 fields'],
  ['* * * * * *', 'which has 6 fields'],
  ['*\t* * * *', 'which has 4 fields'],
  ['TZ=UTC * * * *', 'whose minute "TZ=UTC" is not within 0 to 59'],
  ['61 25 * * *', 'whose minute "61" is not within 0 to 59'],
  ['0 24 * * *', 'whose hour "24" is not within 0 to 23'],
  ['*/0 * * * *', 'whose minute "*/0" is not within 0 to 59'],
  ['5-1 * * * *', 'whose minute "5-1" is not within 0 to 59'],
  ['1-2-3 * * * *', 'whose minute "1-2-3" is not within 0 to 59'],
  ['1,,2 * * * *', 'whose minute "1,,2" is not within 0 to 59'],
  ['0 0 0 * *', 'whose day of the month "0" is not within 1 to 31'],
  ['0 0 * 13 *', 'whose month "13" is not within 1 to 12'],
  ['0 0 * * 7', 'whose day of the week "7" is not within 0 to 6'],
  ['0 0 * * mun', 'whose day of the week "mun" is not within 0 to 6'],
])('fails for %j', (schedule, problem) => {
  expect(check(schedule)).toBe(
    `schedule is "${schedule}", ${problem}; write the five fields of a CronJob, for example '*/5 * * * *'`.replace(
      '\t',
      '\\t',
    ),
  );
});

test.each([
  '*/5 * * * *',
  '0 0 1 1 *',
  '? ? ? ? ?',
  '0-30/10,45 1,2 * JAN-mar sun',
  '5/15 * * * *',
  '  0  3 * * 1-5 ',
  '@daily',
  '@every 1h30m',
])('accepts %j', (schedule) => {
  expect(check(schedule)).toBe('nothing was thrown');
});

test('a TopicSyncCronJob checks its schedule', () => {
  const schedule = Cron.schedule({ minute: '*/0' });

  expect(messageOf(() => newTopicSync(newCluster(newChart()), [{}], { schedule }))).toMatch(
    /^schedule of a TopicSyncCronJob is "\*\/0 \* \* \* \*", whose minute/,
  );
});
