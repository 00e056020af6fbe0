import { OperatorError } from '../runtime/errors';
import { FolderContents } from './log-dirs';

/** Name of the file with the number of the server that a disk belongs to. */
export const MYID = 'myid';

/**
 * Checks that a disk belongs to a server, or to nobody yet.
 *
 * @returns whether it has no data
 * @throws when it belongs to another server, or has data of nobody knows whom
 */
export function isEmptyDisk(id: number, { folder, entries, idFile: label }: FolderContents): boolean {
  const hasData = entries.includes('version-2');
  const owner = label?.trim() ?? '';
  if (owner === '') {
    if (hasData) {
      throw new OperatorError(
        `${folder} has data, but no number in ${MYID}`,
        `write ${id} into that file if the data is this server's, or move the data away to start empty`,
      );
    }
    return true;
  }
  if (owner !== String(id)) {
    throw new OperatorError(
      `${folder} belongs to server ${owner}, this is server ${id}`,
      'bind the volume of this server, or wipe the disk if the data on it is not needed any more',
    );
  }
  return !hasData;
}
