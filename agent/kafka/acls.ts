/*
 * Rights of a principal, as ACLs of Kafka.
 */
import { createAclsV3, deleteAclsV3, describeAclsV3 } from '@platformatic/kafka';
import { KafkaSession, KafkaUnavailable } from './connection';

/** A right of a principal on all topics, or on the cluster. */
export interface Right {
  readonly resource: 'topics' | 'cluster';
  readonly operation: OperationName;
}

/** Operations of ACLs that this package grants. */
export type OperationName = keyof typeof OPERATIONS;

const OPERATIONS = {
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  describeConfigs: 10,
  alterConfigs: 11,
} as const;

const RESOURCES = {
  topics: { resourceType: 2, resourceName: '*' },
  cluster: { resourceType: 4, resourceName: 'kafka-cluster' },
} as const;

const LITERAL = 3;
const ALLOW = 3;
const ANY = 1;
/** The cluster has no authorizer. */
const SECURITY_DISABLED = 54;

/**
 * Reads the rights that ACLs allow a principal from all hosts, by name.
 *
 * @returns undefined if the cluster has no authorizer
 * @throws KafkaUnavailable if the broker does not describe ACLs
 */
export async function rightsOf(session: KafkaSession, principal: string): Promise<Right[] | undefined> {
  const { errorCode, errorMessage, resources } = await session.sendAllowingErrors(describeAclsV3.api, {
    resourceType: ANY,
    resourceName: null,
    resourcePatternType: ANY,
    principal,
    host: null,
    operation: ANY,
    permissionType: ANY,
  });
  if (errorCode === SECURITY_DISABLED) {
    return undefined;
  }
  assertDone('describe ACLs', errorCode, errorMessage);
  const known = Object.entries(RESOURCES) as [Right['resource'], (typeof RESOURCES)[Right['resource']]][];
  const operations = Object.entries(OPERATIONS) as [OperationName, number][];
  return resources.flatMap(({ resourceType, resourceName, resourcePatternType, acls }) =>
    known
      .filter(
        ([, resource]) =>
          resourcePatternType === LITERAL &&
          resource.resourceType === resourceType &&
          resource.resourceName === resourceName,
      )
      .flatMap(([resource]) =>
        acls
          .filter(({ permissionType, host }) => permissionType === ALLOW && host === '*')
          .flatMap(({ operation }) =>
            operations
              .filter(([, code]) => code === operation)
              .map(([name]) => ({ resource, operation: name })),
          ),
      ),
  );
}

/** Allows a principal to do something from all hosts. */
export async function grant(
  session: KafkaSession,
  principal: string,
  rights: readonly Right[],
): Promise<void> {
  const { results } = await session.sendAllowingErrors(
    createAclsV3.api,
    rights.map((right) => aclOf(principal, right)),
  );
  results.forEach(({ errorCode, errorMessage }) => assertDone('create an ACL', errorCode, errorMessage));
}

/** Takes rights of a principal away. */
export async function revoke(
  session: KafkaSession,
  principal: string,
  rights: readonly Right[],
): Promise<void> {
  const { filterResults } = await session.sendAllowingErrors(
    deleteAclsV3.api,
    rights.map((right) => aclOf(principal, right)),
  );
  filterResults.forEach(({ errorCode, errorMessage }) =>
    assertDone('delete an ACL', errorCode, errorMessage),
  );
}

function aclOf(principal: string, { resource, operation }: Right) {
  return {
    ...RESOURCES[resource],
    resourcePatternType: LITERAL,
    principal,
    host: '*',
    operation: OPERATIONS[operation],
    permissionType: ALLOW,
  } as const;
}

function assertDone(what: string, errorCode: number, message?: string | null): void {
  if (errorCode !== 0) {
    throw new KafkaUnavailable(`the broker does not ${what}: ${message ?? `error code ${errorCode}`}`);
  }
}
