import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { clusterManifest, manifest } from './manifest';

interface Subject {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Record<string, string>;
}

/** Adds a ServiceAccount whose token is mounted only where a container asks for it. */
export function serviceAccount(scope: Construct, subject: Subject): ApiObject {
  return manifest(scope, 'ServiceAccount', subject.namespace, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: subject.serviceAccount, labels: subject.labels },
    automountServiceAccountToken: false,
  });
}

/** A right, as a Role has it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Names of the objects, asked for at synth as more may be added until then; absent where any object is meant. */
  readonly resourceNames?: () => readonly string[];
  readonly verbs: readonly string[];
}

/** Lets an account read and change some ConfigMaps, and no others. */
export function patchConfigMaps(resourceNames: () => readonly string[]): Rule {
  return { apiGroups: [''], resources: ['configmaps'], resourceNames, verbs: ['get', 'patch'] };
}

/** Lets an account say in Events what somebody should know. They cannot be named before they are. */
export const CREATE_EVENTS: Rule = { apiGroups: [''], resources: ['events'], verbs: ['create'] };

/** The objects that give an account some rights. */
export interface Rights {
  readonly role: ApiObject;
  readonly roleBinding: ApiObject;
}

/** Adds a role of an account. */
export function role(scope: Construct, subject: Subject, rules: readonly Rule[]): Rights {
  const metadata = { name: subject.serviceAccount, labels: subject.labels };
  return {
    role: manifest(scope, 'Role', subject.namespace, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: Lazy.any({ produce: () => rules.flatMap(rendered) }),
    }),
    roleBinding: manifest(scope, 'RoleBinding', subject.namespace, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [subjectOf(subject)],
    }),
  };
}

/** To Kubernetes a rule with an empty list of names is about all objects, so it must not be written at all. */
function rendered({ resourceNames, ...rule }: Rule): object[] {
  const names = resourceNames?.();
  return names?.length === 0 ? [] : [{ ...rule, ...(names ? { resourceNames: names } : {}) }];
}

/** Lets an account read nodes: a broker learns its zone from the label of its node. */
export function readNodes(scope: Construct, subject: Subject): Rights {
  // A dot cannot be in a namespace or ServiceAccount of ours, so two clusters never make the same name.
  const metadata = { name: `${subject.namespace}.${subject.serviceAccount}`, labels: subject.labels };
  return {
    role: clusterManifest(scope, 'ClusterRole', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata,
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }],
    }),
    roleBinding: clusterManifest(scope, 'ClusterRoleBinding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [subjectOf(subject)],
    }),
  };
}

function subjectOf({ namespace, serviceAccount: name }: Subject): object {
  return { kind: 'ServiceAccount', name, namespace };
}
