/* Requests of people: annotations of the status ConfigMap. */
import { PkiConfig, ROTATION_ANNOTATIONS } from '../../lib/seam/agent-config';
import { RotationRequest } from './state';
import { hasNameAndReason } from '../annotations/name-and-reason';

/** Current requests. */
export interface Requests extends RotationRequest {
  /** Reason of a pause; absent if the rotation is not paused. */
  readonly pause?: string;
  /** Annotations without name and reason, which are ignored. */
  readonly ignored: readonly string[];
}

/** Reads the requests for one CA. */
export function parseRequests(
  annotations: Readonly<Record<string, string>>,
  name: PkiConfig['name'],
): Requests {
  const [renew, rotate] =
    name === 'cluster'
      ? [ROTATION_ANNOTATIONS.renew, ROTATION_ANNOTATIONS.rotate]
      : [ROTATION_ANNOTATIONS.renewMetadata, ROTATION_ANNOTATIONS.rotateMetadata];
  const value = (key: string) => {
    const text = annotations[key]?.trim();
    return text !== undefined && hasNameAndReason(text) ? text : undefined;
  };
  return {
    renew: value(renew),
    rotate: value(rotate),
    // A pause is valid without name and reason.
    pause: annotations[ROTATION_ANNOTATIONS.pause]?.trim(),
    ignored: [renew, rotate].filter((key) => annotations[key] !== undefined && value(key) === undefined),
  };
}

/** Requests that have not been handled. */
export function newRequests(requests: Requests, handledRequests: RotationRequest): RotationRequest {
  const unhandled = (key: keyof RotationRequest) =>
    requests[key] === handledRequests[key] ? undefined : requests[key];
  return { renew: unhandled('renew'), rotate: unhandled('rotate') };
}

/** Adds handled requests. A withdrawn request stays handled, in case the same annotation is applied again by mistake. */
export function markHandled(
  { renew, rotate }: RotationRequest,
  handledRequests: RotationRequest,
): RotationRequest {
  return {
    ...handledRequests,
    ...(renew === undefined ? {} : { renew }),
    ...(rotate === undefined ? {} : { rotate }),
  };
}
