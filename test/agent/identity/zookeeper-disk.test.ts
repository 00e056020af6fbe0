import { isEmptyDisk } from '../../../agent/identity/zookeeper-disk';
import { messageOf } from '../../support/testing';

const folder = '/var/lib/zookeeper/data';

test.each([
  ['nothing is on it', { entries: [] }, true],
  ['only its number is on it', { entries: ['myid'], label: '2\n' }, true],
  ['there is data of this server', { entries: ['myid', 'version-2'], label: '2\n' }, false],
  ['the number has no line end', { entries: ['myid', 'version-2'], label: '2' }, false],
])('when %s', (_, found, isEmpty) => {
  expect(isEmptyDisk(2, { folder, ...found })).toBe(isEmpty);
});

test('fails on the disk of another server, empty or not', () => {
  const message = `${folder} belongs to server 3, this is server 2`;
  expect(messageOf(() => isEmptyDisk(2, { folder, entries: ['myid', 'version-2'], idFile: '3\n' }))).toBe(
    message,
  );
  expect(messageOf(() => isEmptyDisk(2, { folder, entries: ['myid'], idFile: '3' }))).toBe(message);
});

test.each([undefined, '', '\n'])('fails on data of nobody knows whom: %j', (label) => {
  expect(messageOf(() => isEmptyDisk(2, { folder, entries: ['version-2'], idFile: label }))).toBe(
    `${folder} has data, but no number in myid`,
  );
});
