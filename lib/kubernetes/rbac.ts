import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { clusterManifest, manifest } from './manifest';

interface Account {
  readonly namespace: string;
  readonly serviceAccount: string;
}

interface Subject extends Account {
  readonly labels: Record<string, string>;
}

/** Adds a ServiceAccount. Its token is mounted only into containers that use the API. */
export function serviceAccount(
  scope: Construct,
  subject: Subject,
  annotations: { readonly [key: string]: string } = {},
): ApiObject {
  return manifest(scope, 'ServiceAccount', subject.namespace, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: subject.serviceAccount,
      labels: subject.labels,
      ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
    },
    automountServiceAccountToken: false,
  });
}

/** A rule of a Role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Returns the names of the objects, called at synth; absent for all objects. */
  readonly resourceNames?: () => readonly string[];
  readonly verbs: readonly string[];
}

/** Rule to read and patch some ConfigMaps. */
export function patchConfigMaps(resourceNames: () => readonly string[]): Rule {
  return { apiGroups: [''], resources: ['configmaps'], resourceNames, verbs: ['get', 'patch'] };
}

/** Rule to read some ConfigMaps. */
export function getConfigMaps(resourceNames: () => readonly string[]): Rule {
  return { apiGroups: [''], resources: ['configmaps'], resourceNames, verbs: ['get'] };
}

/** Rule to read claims. The names of the claims of a large map do not fit into a Role. */
export const GET_CLAIMS: Rule = { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get'] };

/** Rule to create Events. Their names are not known before. */
export const CREATE_EVENTS: Rule = { apiGroups: [''], resources: ['events'], verbs: ['create'] };

/** A role and its binding. */
export interface Rights {
  readonly role: ApiObject;
  readonly roleBinding: ApiObject;
}

/** Adds a Role and binds it to an account. */
export function role(scope: Construct, subject: Subject, rules: readonly Rule[]): Rights {
  const { namespace, labels, serviceAccount: name } = subject;
  return boundRole(scope, { namespace, labels, name }, subject, rules);
}

/** Adds a Role to read some ConfigMaps, and binds it to an account that can be in another namespace. */
export function readConfigMaps(
  scope: Construct,
  identity: RoleIdentity,
  account: Account,
  resourceNames: () => readonly string[],
): Rights {
  return boundRole(scope, identity, account, [getConfigMaps(resourceNames)]);
}

/** Name of a Role and of its binding. */
interface RoleIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
}

function boundRole(
  scope: Construct,
  { namespace, ...metadata }: RoleIdentity,
  account: Account,
  rules: readonly Rule[],
): Rights {
  return {
    role: manifest(scope, 'Role', namespace, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: Lazy.any({ produce: () => rules.flatMap(rendered) }),
    }),
    roleBinding: manifest(scope, 'RoleBinding', namespace, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [subjectOf(account)],
    }),
  };
}

/** Kubernetes applies a rule with an empty list of names to all objects, so such a rule is left out. */
function rendered({ resourceNames, ...rule }: Rule): object[] {
  const names = resourceNames?.();
  return names?.length === 0 ? [] : [{ ...rule, ...(names ? { resourceNames: names } : {}) }];
}

/** Several ServiceAccounts with the same rights. */
interface Subjects extends Omit<Subject, 'serviceAccount'> {
  /** Name of the rights. */
  readonly name: string;
  /** Returns the names of the ServiceAccounts, called at synth. */
  readonly serviceAccounts: () => readonly string[];
}

/** Adds a ClusterRole to read nodes: a broker reads its zone from the label of its node. */
export function readNodes(scope: Construct, { labels, name, namespace, serviceAccounts }: Subjects): Rights {
  const rules = [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }];
  return clusterRole(scope, { namespace, name, labels }, rules, () =>
    serviceAccounts().map((serviceAccount) => subjectOf({ namespace, serviceAccount })),
  );
}

/** Adds a ClusterRole to find out if the node of a volume exists. */
export function readNodesAndVolumes(
  scope: Construct,
  { labels, namespace, serviceAccount: name }: Subject,
): Rights {
  const rules = [
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['persistentvolumes'], verbs: ['get'] },
  ];
  return clusterRole(scope, { namespace, name, labels }, rules, () => [
    subjectOf({ namespace, serviceAccount: name }),
  ]);
}

function clusterRole(
  scope: Construct,
  { labels, name, namespace }: RoleIdentity,
  rules: readonly Omit<Rule, 'resourceNames'>[],
  subjects: () => object[],
): Rights {
  // Neither namespaces nor names of clusters contain a dot, so the names of two clusters differ.
  const metadata = { name: `${namespace}.${name}`, labels };
  return {
    role: clusterManifest(scope, 'ClusterRole', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata,
      rules,
    }),
    roleBinding: clusterManifest(scope, 'ClusterRoleBinding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: Lazy.any({ produce: subjects }),
    }),
  };
}
function subjectOf({ namespace, serviceAccount: name }: Account): object {
  return { kind: 'ServiceAccount', name, namespace };
}
