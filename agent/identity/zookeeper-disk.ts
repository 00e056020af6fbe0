import { OperatorError } from '../runtime/errors';
import { FolderContents } from './log-dirs';

/** Name of the file with the id of the server that a disk belongs to. */
export const MYID = 'myid';

/**
 * Checks that a disk belongs to a server, or is empty.
 *
 * @returns true if the disk has no data
 * @throws OperatorError if the disk belongs to another server, or its owner is not known
 */
export function isEmptyDisk(id: number, { folder, entries, idFile }: FolderContents): boolean {
  const hasData = entries.includes('version-2');
  const owner = idFile?.trim() ?? '';
  if (owner === '') {
    if (hasData) {
      throw new OperatorError(
        `${folder} has data but no id in ${MYID}, so its owner is not known`,
        `write ${id} into that file if the data belongs to this server, or move the data away to start with an empty disk`,
      );
    }
    return true;
  }
  if (owner !== String(id)) {
    throw new OperatorError(
      `${folder} belongs to server ${owner}, this is server ${id}`,
      'bind the volume of this server, or wipe the disk if its data is not needed any more',
    );
  }
  return !hasData;
}
