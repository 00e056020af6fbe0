/* What people ask for by annotations of the status ConfigMap. */
import { PkiConfig, ROTATION_ANNOTATIONS } from '../../lib/seam/agent-config';
import { RotationRequest } from './state';
import { hasNameAndReason } from '../annotations/name-and-reason';

/** Requests as they stand. */
export interface Requests extends RotationRequest {
  /** Why nothing is to be begun or gone on with. */
  readonly pause?: string;
  /** Annotations that are no request, since they do not say who and why. */
  readonly ignored: readonly string[];
}

/** Reads the requests that concern one authority. */
export function parseRequests(annotations: Readonly<Record<string, string>>, name: PkiConfig['name']): Requests {
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
    // Whoever wants a stop gets it, signed or not.
    pause: annotations[ROTATION_ANNOTATIONS.pause]?.trim(),
    ignored: [renew, rotate].filter((key) => annotations[key] !== undefined && value(key) === undefined),
  };
}

/** Requests that were not met yet. */
export function newRequests(requests: Requests, handled: RotationRequest): RotationRequest {
  const fresh = (key: keyof RotationRequest) => (requests[key] === handled[key] ? undefined : requests[key]);
  return { renew: fresh('renew'), rotate: fresh('rotate') };
}

/** What is remembered once requests are met: one that was taken back is not forgotten, it may come again by mistake. */
export function markHandled({ renew, rotate }: RotationRequest, handled: RotationRequest): RotationRequest {
  return {
    ...handled,
    ...(renew === undefined ? {} : { renew }),
    ...(rotate === undefined ? {} : { rotate }),
  };
}
