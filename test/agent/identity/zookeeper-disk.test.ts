import { isEmptyDisk } from '../../../agent/identity/zookeeper-disk';
import { messageOf } from '../../support/testing';

const folder = '/var/lib/zookeeper/data';

test.each([
  ['it has no entries', { entries: [] }, true],
  ['it has only the id', { entries: ['myid'], idFile: '2\n' }, true],
  ['it has data of this server', { entries: ['myid', 'version-2'], idFile: '2\n' }, false],
  ['the id has no line ending', { entries: ['myid', 'version-2'], idFile: '2' }, false],
])('recognizes an empty disk when %s', (_, found, isEmpty) => {
  expect(isEmptyDisk(2, { folder, ...found })).toBe(isEmpty);
});

test('rejects the disk of another server, empty or not', () => {
  const message = `${folder} belongs to server 3, this is server 2`;
  expect(messageOf(() => isEmptyDisk(2, { folder, entries: ['myid', 'version-2'], idFile: '3\n' }))).toBe(
    message,
  );
  expect(messageOf(() => isEmptyDisk(2, { folder, entries: ['myid'], idFile: '3' }))).toBe(message);
});

test.each([undefined, '', '\n'])('rejects data without a known owner: id file %j', (idFile) => {
  expect(messageOf(() => isEmptyDisk(2, { folder, entries: ['version-2'], idFile }))).toBe(
    `${folder} has data but no id in myid, so its owner is not known`,
  );
});
