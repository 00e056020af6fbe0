/* Minimum lifetimes of certificates and CAs, so that each is replaced before it expires. */
import { Duration } from 'cdk8s';
import { formatSeconds } from '../input/durations';
import { warn } from '../input/warnings';

/** A day in seconds. */
export const DAY = 86_400;

/** Lifetimes of the certificates of controllers or ZooKeeper servers, in seconds. */
export interface MetadataLifetimes {
  readonly caLifetimeSeconds: number;
  readonly certificateLifetimeSeconds: number;
  /** Time between the announcement of a rolling restart and its start. */
  readonly restartNoticeSeconds: number;
}

/** Time that a renewal can take: the kubelet's delay, a pod that starts, some retries. */
const RENEWAL_SECONDS = 900;

/** X.509 dates have years of four digits. */
const MAX_SECONDS = 36_500 * DAY;

/**
 * Whole seconds of a lifetime, or of its default.
 *
 * @throws when the lifetime is not between 0 and 100 years
 */
export function lifetimeSeconds(property: string, duration: Duration | undefined, fallback: number): number {
  if (duration === undefined) {
    return fallback;
  }
  const seconds = Math.floor(duration.toSeconds({ integral: false }));
  if (!(seconds >= 0 && seconds <= MAX_SECONDS)) {
    throw new Error(`${property} is ${formatSeconds(seconds)}; it must be at most 100 years`);
  }
  return seconds;
}

/** @throws when a certificate could expire before it is renewed */
export function assertCertificateLifetime(
  property: string,
  seconds: number,
  noticeSeconds: number = 0,
): void {
  const minimum = roundUp(Math.max(4 * RENEWAL_SECONDS, 4 * noticeSeconds));
  if (seconds < minimum) {
    throw new Error(
      `${property} is ${formatSeconds(seconds)}; certificates are renewed at two thirds of it, and a renewal takes up to ` +
        `${formatSeconds(RENEWAL_SECONDS)}${noticeSeconds > 0 ? ` and is announced ${formatSeconds(noticeSeconds)} before` : ''}, ` +
        `so it must be at least ${formatSeconds(minimum)}`,
    );
  }
}

/** @throws when a CA could expire before its successor is in use */
export function assertCaLifetime(
  property: string,
  seconds: number,
  certificateSeconds: number,
  overlapSeconds: number,
): void {
  const minimum = roundUp(3 * Math.max(certificateSeconds, 2 * overlapSeconds + RENEWAL_SECONDS));
  if (seconds < minimum) {
    throw new Error(
      `${property} is ${formatSeconds(seconds)}; with an overlap of ${formatSeconds(overlapSeconds)} and certificates of ` +
        `${formatSeconds(certificateSeconds)} it must be at least ${formatSeconds(minimum)}`,
    );
  }
}

/** Time that the restart of one server can take, including preStop and log recovery. */
const RESTART_SECONDS = 600;

/** Errors of lifetimes that are too short for rolling restarts of all servers. */
export function lifetimeErrors(
  { caLifetimeSeconds, certificateLifetimeSeconds, restartNoticeSeconds }: MetadataLifetimes,
  servers: number,
): string[] {
  return [
    { property: 'metadataCertificateLifetime', seconds: certificateLifetimeSeconds, rollouts: 1 },
    { property: 'metadataCaLifetime', seconds: caLifetimeSeconds, rollouts: 3 },
  ].flatMap(({ property, seconds, rollouts }) => {
    const minimum = roundUp(3 * (restartNoticeSeconds + rollouts * servers * RESTART_SECONDS));
    return seconds < minimum
      ? [
          `${property} is ${formatSeconds(seconds)}; with ${formatSeconds(restartNoticeSeconds)} of notice and ` +
            `${rollouts === 1 ? 'a rolling restart' : `${rollouts} rolling restarts`} of ${servers} servers it must be at least ` +
            formatSeconds(minimum),
        ]
      : [];
  });
}

/** Rounds a minimum up to whole hours or days, because messages should not suggest 1234567 seconds. */
function roundUp(seconds: number): number {
  const unit = seconds > 3 * DAY ? DAY : 3_600;
  return Math.ceil(seconds / unit) * unit;
}

/** Kubelets need up to two minutes to update a mounted Secret, and clients can reload it later. */
const SHORT_OVERLAP_SECONDS = 600;

/** Warns of an overlap that leaves clients little time to read new certificates. */
export function warnShortOverlap(seconds: number): void {
  if (seconds < SHORT_OVERLAP_SECONDS) {
    warn(
      `overlap of a CertificateIssuer is ${formatSeconds(seconds)}: when the CA is replaced, clients that have not read their ` +
        `new certificates by then are refused; use ${formatSeconds(SHORT_OVERLAP_SECONDS)} or more`,
    );
  }
}
