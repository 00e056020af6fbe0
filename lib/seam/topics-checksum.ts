import { createHash } from 'crypto';
import { DeclaredTopicConfig } from './agent-config';

/** Checksum of the topics of a list, in any order: it tells a list that is complete from one that is being applied. */
export function topicsChecksum(topics: readonly DeclaredTopicConfig[]): string {
  const lines = topics.map((topic) => JSON.stringify(topic)).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12);
}
