import { PropTable, assertProps, optional } from '../input/props';
import { isOfType, markType } from '../input/type-mark';
import { Kind, kind, number } from '../input/kinds';

/** User and group ids of a pod. */
export interface PodIds {
  /**
   * User id of all containers, other than root.
   *
   * @default 1000
   */
  readonly user?: number;

  /**
   * Group id of all containers, other than root.
   *
   * @default - the user id
   */
  readonly group?: number;

  /**
   * Group that owns the volumes.
   *
   * @default - the group id
   */
  readonly fsGroup?: number;
}

const POD_IDS: PropTable<PodIds> = {
  user: optional(number(1000)),
  group: optional(number(1000)),
  fsGroup: optional(number(1000)),
};

/** The images of Kafka, ZooKeeper and Node.js all have a user with this id. */
const DEFAULT_USER = 1000;

const MAX_ID = 2_147_483_647;

const PROFILE = {
  runAsNonRoot: true,
  // 'Always' would visit every file on the disks of a broker at each start.
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** Security context of a pod. All pods meet the Pod Security Standard "restricted". */
export class PodSecurity {
  /**
   * Fixed user and group ids.
   *
   * @throws when an id is not a whole number above 0
   */
  public static ids(ids: PodIds = {}): PodSecurity {
    assertProps('PodSecurity.ids()', ids, POD_IDS);
    const user = ids.user ?? DEFAULT_USER;
    const group = ids.group ?? user;
    const fsGroup = ids.fsGroup ?? group;
    for (const [name, id] of Object.entries({ user, group, fsGroup })) {
      if (!Number.isInteger(id) || id < 1 || id > MAX_ID) {
        throw new Error(`${name} of a PodSecurity is ${id}; it must be between 1 and ${MAX_ID}`);
      }
    }
    return new PodSecurity({ runAsUser: user, runAsGroup: group, fsGroup });
  }

  /** No ids: an admission plugin assigns them, for example a SecurityContextConstraint of OpenShift. */
  public static assigned(): PodSecurity {
    return new PodSecurity({});
  }

  /** True if the value is a PodSecurity. */
  public static isPodSecurity(value: unknown): value is PodSecurity {
    return isOfType(value, 'PodSecurity');
  }

  private constructor(private readonly ids: object) {
    markType(this, 'PodSecurity');
  }

  /** The field `securityContext` of a pod. @internal */
  public _toPodField(): object {
    return { ...PROFILE, ...this.ids };
  }
}

/** The kind of a PodSecurity. */
export const POD_SECURITY: Kind<PodSecurity> = kind(
  PodSecurity.isPodSecurity,
  'PodSecurity.ids({ user: 1000 })',
);
