/*
 * Objects that the agents of controllers and ZooKeeper servers need: RBAC, their program and ledger.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from '../servers/agent-program';
import { serverProgramConfigMaps } from '../servers/agent-bundle';
import { objectLabels } from '../kubernetes/labels';
import { ledgerConfigMap } from '../kubernetes/objects';
import { CREATE_EVENTS, GET_CLAIMS, patchConfigMaps, role, serviceAccount } from '../kubernetes/rbac';
import { stopRules } from '../servers/stop-rules';

/** The agents of a quorum. */
export interface QuorumAgents {
  readonly namespace: string;
  /** Name of the StatefulSet, and of the ServiceAccount. */
  readonly name: string;
  readonly selector: Record<string, string>;
  readonly program: AgentProgram;
  readonly serviceAccountAnnotations?: { readonly [key: string]: string };
}

/** Name of the ConfigMap in which the agents record the members that have been in the quorum. */
export function ledgerName(name: string): string {
  return `${name}-ledger`;
}

/** Objects for the agents of a quorum. */
export interface QuorumObjects {
  readonly serviceAccount: ApiObject;
  readonly role: ApiObject;
  readonly roleBinding: ApiObject;
  readonly programConfigMaps: ApiObject[];
  readonly ledger: ApiObject;
}

/** Adds the objects. */
export function quorumObjects(scope: Construct, members: QuorumAgents): QuorumObjects {
  const { namespace, name, selector, program, serviceAccountAnnotations } = members;
  const labels = objectLabels(selector);
  const account = { namespace, serviceAccount: name, labels };
  return {
    serviceAccount: serviceAccount(scope, account, serviceAccountAnnotations),
    ...role(scope, account, [
      patchConfigMaps(() => [ledgerName(name)]),
      GET_CLAIMS,
      CREATE_EVENTS,
      ...stopRules(namespace, [name]),
    ]),
    programConfigMaps: serverProgramConfigMaps(scope, namespace, name, labels, program),
    ledger: ledgerConfigMap(scope, namespace, ledgerName(name), selector),
  };
}
