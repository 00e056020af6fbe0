/*
 * Finalized features in the metadata log on a disk, for a controller whose quorum does not answer. Kafka writes these records
 * without compression, so their bytes can be searched.
 */
import { open, readdir } from 'node:fs/promises';
import { metadataFolder } from './log-dirs';

/** Start of a FeatureLevelRecord: frame version 1, key 12, version 0. */
const START = Buffer.from([1, 12, 0]);
const NAME = /^[a-z][a-z.]{3,62}$/;
/** Longest record: its start, a name with its length, the level. */
const MAX_RECORD = 80;
const CHUNK = 4 * 1024 * 1024;
/** Kafka writes a snapshot after 20 MB of records, with the features first. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Returns the levels of the features in a part of a snapshot or log; later records replace earlier ones. */
export function featuresIn(bytes: Buffer): Map<string, number> {
  const found = new Map<string, number>();
  for (let at = bytes.indexOf(START); at >= 0; at = bytes.indexOf(START, at + 1)) {
    const begin = at + START.length + 1;
    const end = begin + (bytes[begin - 1] ?? 0) - 1;
    const name = bytes.toString('latin1', begin, end);
    if (NAME.test(name) && end + 2 <= bytes.length) {
      found.set(name, bytes.readInt16BE(end));
    }
  }
  return found;
}

/** Reads the features from the newest snapshot, and from the log after it. Empty if there is none. */
export async function readFinalizedFeatures(logDir: string): Promise<Map<string, number>> {
  const folder = metadataFolder(logDir);
  // Names begin with an offset of 20 digits.
  const names = (await readdir(folder).catch((): string[] => [])).sort();
  const snapshot = names.filter((name) => name.endsWith('.checkpoint')).slice(-1);
  const logs = names.filter((name) => name.endsWith('.log'));
  const found = new Map<string, number>();
  for (const name of [...snapshot, ...logs]) {
    await readFile(`${folder}/${name}`, found);
  }
  return found;
}

async function readFile(path: string, found: Map<string, number>): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const isLog = path.endsWith('.log');
    const [first, end] = isLog ? [Math.max(0, size - MAX_BYTES), size] : [0, Math.min(size, 1)];
    const buffer = Buffer.alloc(Math.min(size, CHUNK));
    for (let position = first; position < end; position += CHUNK - MAX_RECORD) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      featuresIn(buffer.subarray(0, bytesRead)).forEach((level, name) => found.set(name, level));
    }
  } finally {
    await file.close();
  }
}
