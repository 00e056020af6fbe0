/*
 * A ValidatingAdmissionPolicy for the account of the authority. RBAC cannot limit a right to some fields, nor 'create' to names.
 * With 'patch' on a StatefulSet, a stolen token could run any image with any Secret of the namespace, or delete claims.
 */
import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { clusterManifest } from '../kubernetes/manifest';
import { PkiConfig, RESTART_CERTIFICATES_ANNOTATION } from '../seam/agent-config';

/** The account that the policy limits. */
export interface LimitedAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Record<string, string>;
  /** Called at synth. */
  readonly pkis: () => readonly PkiConfig[];
}

/** The policy and its binding. */
export interface AdmissionPolicy {
  readonly validatingAdmissionPolicy: ApiObject;
  readonly validatingAdmissionPolicyBinding: ApiObject;
}

const API = 'admissionregistration.k8s.io/v1';

/** Adds the policy. Kubernetes knows it from version 1.30 on. */
export function admissionPolicy(scope: Construct, account: LimitedAccount): AdmissionPolicy {
  const { namespace, serviceAccount, labels } = account;
  // Names of namespaces and accounts contain no dot, so the names of two clusters differ.
  const metadata = { name: `${namespace}.${serviceAccount}`, labels };
  return {
    validatingAdmissionPolicy: clusterManifest(scope, 'AdmissionPolicy', {
      apiVersion: API,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            rule('apps', 'statefulsets', ['CREATE', 'UPDATE', 'DELETE']),
            rule('', 'secrets', ['CREATE', 'DELETE']),
          ],
        },
        matchConditions: [
          {
            name: 'authority',
            expression: `request.userInfo.username == 'system:serviceaccount:${namespace}:${serviceAccount}'`,
          },
        ],
        validations: Lazy.any({ produce: () => validations(account) }),
      },
    }),
    validatingAdmissionPolicyBinding: clusterManifest(scope, 'AdmissionPolicyBinding', {
      apiVersion: API,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    }),
  };
}

function rule(apiGroup: string, resource: string, operations: readonly string[]): object {
  return {
    apiGroups: [apiGroup],
    apiVersions: ['*'],
    operations,
    resources: [resource],
    scope: 'Namespaced',
  };
}

function validations({ namespace, pkis }: LimitedAccount): object[] {
  const all = pkis();
  const certificates = all.flatMap((pki) => pki.certificates.map(({ secret }) => secret));
  const states = all.map(({ stateSecret }) => stateSecret);
  const isSecret = "request.resource.resource == 'secrets'";
  return [
    {
      expression: `request.namespace == '${namespace}'`,
      message: `the authority works in namespace '${namespace}' only`,
    },
    {
      expression:
        `!(${isSecret}) || request.operation == 'CREATE' && has(object.metadata.name) && ` +
        `(object.type == 'kubernetes.io/tls' && object.metadata.name in ${names(certificates)} || ` +
        `object.type == 'Opaque' && object.metadata.name in ${names(states)})`,
      message: 'the authority creates only the Secrets of its certificates and CAs, with their type',
    },
    {
      expression: `${isSecret} || request.operation == 'UPDATE' && ${onlyRestarts()}`,
      message: `the authority changes only the annotation ${RESTART_CERTIFICATES_ANNOTATION} of pod templates`,
    },
  ];
}

function names(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(', ')}]`;
}

/** A CEL expression: the object differs from the old one only in the annotation of the pod template. */
function onlyRestarts(): string {
  return [
    same('metadata', ['managedFields', 'resourceVersion', 'generation']),
    same('spec', ['template']),
    same('spec.template', ['metadata']),
    same('spec.template.metadata', ['annotations']),
    same('spec.template.metadata.annotations', [RESTART_CERTIFICATES_ANNOTATION]),
  ].join(' && ');
}

/** A CEL expression over all fields of a part, also over those that later versions of Kubernetes add. */
function same(path: string, exceptions: readonly string[]): string {
  // dyn(), because a comprehension over an object of a known type does not pass the type check.
  const [now, old] = [`dyn(object.${path})`, `dyn(oldObject.${path})`];
  const excepted = `k in ${names(exceptions)}`;
  return (
    `${now}.all(k, ${excepted} || k in ${old} && ${now}[k] == ${old}[k]) && ` +
    `${old}.all(k, ${excepted} || k in ${now})`
  );
}
