/* What people ask for by annotations of the status ConfigMap. */
import { PkiConfig, ROTATION_ANNOTATIONS } from '../../lib/seam/agent-config';
import { Asked } from './state';
import { isSigned } from '../signature';

/** Requests as they stand. */
export interface Requests extends Asked {
  /** Why nothing is to be begun or gone on with. */
  readonly pause?: string;
  /** Annotations that are no request, since they do not say who and why. */
  readonly unsigned: readonly string[];
}

/** Reads the requests that concern one authority. */
export function requestsIn(annotations: Readonly<Record<string, string>>, name: PkiConfig['name']): Requests {
  const [renew, rotate] =
    name === 'cluster'
      ? [ROTATION_ANNOTATIONS.renew, ROTATION_ANNOTATIONS.rotate]
      : [ROTATION_ANNOTATIONS.renewMetadata, ROTATION_ANNOTATIONS.rotateMetadata];
  const value = (key: string) => {
    const text = annotations[key]?.trim();
    return text !== undefined && isSigned(text) ? text : undefined;
  };
  return {
    renew: value(renew),
    rotate: value(rotate),
    // Whoever wants a stop gets it, signed or not.
    pause: annotations[ROTATION_ANNOTATIONS.pause]?.trim(),
    unsigned: [renew, rotate].filter((key) => annotations[key] !== undefined && value(key) === undefined),
  };
}

/** Requests that were not met yet. */
export function newIn(requests: Requests, handled: Asked): Asked {
  const fresh = (key: keyof Asked) => (requests[key] === handled[key] ? undefined : requests[key]);
  return { renew: fresh('renew'), rotate: fresh('rotate') };
}

/** What is remembered once requests are met: one that was taken back is not forgotten, it may come again by mistake. */
export function met({ renew, rotate }: Asked, handled: Asked): Asked {
  return {
    ...handled,
    ...(renew === undefined ? {} : { renew }),
    ...(rotate === undefined ? {} : { rotate }),
  };
}
