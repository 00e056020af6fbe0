/*
 * A version of Kafka cannot read metadata that was finalized for a newer version: it would end with a stack trace, and the
 * replacement of a controller, or of the first broker of a rollout, would never start.
 */
import { OperatorError } from '../runtime/errors';

const SINCE_4_0 = { 'transaction.version': 2, 'group.version': 1, 'eligible.leader.replicas.version': 1 };

/** Highest levels of the features that each release reads (`latestProduction` in Kafka's `Feature` and `MetadataVersion`). */
const RELEASES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '3.9': { 'metadata.version': 21 },
  '4.0': { 'metadata.version': 25, ...SINCE_4_0 },
  '4.1': { 'metadata.version': 27, ...SINCE_4_0, 'share.version': 1 },
  '4.2': { 'metadata.version': 29, ...SINCE_4_0, 'share.version': 1, 'streams.version': 1 },
  '4.3': { 'metadata.version': 30, ...SINCE_4_0, 'share.version': 1, 'streams.version': 1 },
  '4.4': { 'metadata.version': 33, ...SINCE_4_0, 'share.version': 2, 'streams.version': 1 },
};

/** The features of the newest release, with the most important one first. */
const KNOWN = Object.keys(RELEASES['4.4']);

/** Levels of features that a cluster has finalized, and their source. */
export interface FinalizedFeatures {
  readonly levels: ReadonlyMap<string, number>;
  readonly source: string;
}

/**
 * Checks that a version of Kafka can read the metadata of its cluster. Versions and features that this program does not know are
 * accepted.
 *
 * @throws OperatorError if it cannot
 */
export function assertReadable(version: string, { levels, source }: FinalizedFeatures): void {
  const own = RELEASES[releaseOf(version)];
  if (own === undefined) {
    return;
  }
  const levelOf = (feature: string) => levels.get(feature) ?? 0;
  const name = KNOWN.find((feature) => levelOf(feature) > (own[feature] ?? 0));
  if (name === undefined) {
    return;
  }
  const level = levelOf(name);
  const release = Object.keys(RELEASES).find((other) => (RELEASES[other][name] ?? 0) >= level);
  throw new OperatorError(
    `the cluster has finalized ${name} ${level}${release ? ` (Kafka ${release})` : ''}, and Kafka ${version} reads ${name} up to ` +
      `${own[name] ?? 0}, according to ${source}`,
    `set version, and controllerVersion if it is set, to ${release ? `Kafka ${release} or newer` : 'a newer version of Kafka'}: ` +
      'after an upgrade is finalized, older versions cannot start',
  );
}

function releaseOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
