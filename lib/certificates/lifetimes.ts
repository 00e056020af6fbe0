/*
 * How long certificates and their authorities have to live, so that their replacement is done in time.
 */
import { Duration } from 'cdk8s';
import { assertDuration } from '../input/durations';
import { warn } from '../input/warnings';

/** A day in seconds. */
export const DAY = 86_400;

/** Lives of what controllers or ZooKeeper servers show each other, in seconds. */
export interface MetadataLifetimes {
  readonly caSeconds: number;
  readonly leafSeconds: number;
  /** How long before restarts they are announced. */
  readonly noticeSeconds: number;
}

/** What a renewal may take: the kubelet's delay, a pod that starts, some retries. */
const RENEWAL = 900;

/** Dates of certificates have years of four digits, and nobody needs more. */
const LONGEST = 36_500 * DAY;

/**
 * Whole seconds of a duration, or of its default.
 *
 * @throws when no certificate could last that long
 */
export function lifetimeSeconds(property: string, duration: Duration | undefined, fallback: number): number {
  if (duration === undefined) {
    return fallback;
  }
  assertDuration(property, duration);
  const seconds = Math.floor(duration.toSeconds({ integral: false }));
  if (!(seconds >= 0 && seconds <= LONGEST)) {
    throw new Error(`${property} is ${seconds} s; choose a hundred years or less`);
  }
  return seconds;
}

/** @throws when certificates could end before they are renewed */
export function assertLeafLifetime(property: string, seconds: number, noticeSeconds: number = 0): void {
  const needed = Math.max(4 * RENEWAL, 4 * noticeSeconds);
  if (seconds < needed) {
    throw new Error(
      `${property} is ${seconds} s; a third of it is left for a renewal, which may take ${RENEWAL} s` +
        `${noticeSeconds > 0 ? ` and is announced ${noticeSeconds} s before` : ''}, so choose ${needed} s or more`,
    );
  }
}

/** @throws when an authority could end before its successor is in place */
export function assertCaLifetime(
  property: string,
  seconds: number,
  leafSeconds: number,
  overlapSeconds: number,
): void {
  const needed = 3 * Math.max(leafSeconds, 2 * overlapSeconds + RENEWAL);
  if (seconds < needed) {
    throw new Error(
      `${property} is ${seconds} s; a third of it is left for its replacement, which takes two overlaps of ${overlapSeconds} s, ` +
        `and it must outlast certificates of ${leafSeconds} s, so choose ${needed} s or more`,
    );
  }
}

/** What a restart of one server may take before its successor's begins; a held stop or a recovery of logs included. */
const RESTART = 600;

/** What is wrong with lives of certificates that are replaced by restarts of all servers, once their number is known. */
export function lifetimeErrors(
  { caSeconds, leafSeconds, noticeSeconds }: MetadataLifetimes,
  servers: number,
): string[] {
  const pass = servers * RESTART;
  return [
    { property: 'metadataCertificateLifetime', seconds: leafSeconds, passes: 1 },
    { property: 'metadataCaLifetime', seconds: caSeconds, passes: 3 },
  ].flatMap(({ property, seconds, passes }) => {
    const needed = 3 * (noticeSeconds + passes * pass);
    return seconds < needed
      ? [
          `${property} is ${seconds} s; a third of it is left for what is announced ${noticeSeconds} s before and restarts ` +
            `${servers} servers ${passes === 1 ? 'once' : `${passes} times`}, which may take ${passes * pass} s, so choose ${needed} s or more`,
        ]
      : [];
  });
}

/** Kubelets take a minute or two to bring a Secret into a pod, and clients look at it when they like. */
const SHORT_OVERLAP = 600;

/** Says what an overlap risks that leaves clients little time. */
export function warnOfShortOverlap(seconds: number): void {
  if (seconds < SHORT_OVERLAP) {
    warn(
      `overlap of a CertificateIssuer is ${seconds} s: when the authority is replaced, clients that have not read their ` +
        `certificates again by then are refused; choose ${SHORT_OVERLAP} s or more, or see that all of them do`,
    );
  }
}
