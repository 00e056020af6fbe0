/* The account of the brokers of one map. Every map has its own, so that a broker cannot write the records of another map. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels } from '../kubernetes/labels';
import {
  CREATE_EVENTS,
  GET_CLAIMS,
  Rights,
  getConfigMaps,
  patchConfigMaps,
  role,
  serviceAccount,
} from '../kubernetes/rbac';
import { readStopLeases, stopRules } from '../servers/stop-rules';
import { ClusterContext } from './cluster-context';
import { topicStatusName } from './cluster-names';
import { internalTopicsMap } from './internal-topic-settings';

/** The brokers of one map. */
interface AccountHolder {
  /** Name of the StatefulSet, and of the ServiceAccount. */
  readonly name: string;
  readonly mapName: string;
  /** Name of the ledger ConfigMap. */
  readonly ledger: string;
  readonly selector: Record<string, string>;
}

/** The objects of an account. */
export interface BrokerAccount extends Rights {
  readonly serviceAccount: ApiObject;
}

/** Adds the ServiceAccount of a map and its rights. Maps can be added to the cluster until synth. */
export function brokerAccount(
  scope: Construct,
  context: ClusterContext,
  { name, mapName, ledger, selector }: AccountHolder,
): BrokerAccount {
  const { clusterName, namespace, serviceAccountAnnotations, statefulSets } = context;
  const account = { namespace, serviceAccount: name, labels: objectLabels(selector) };
  return {
    serviceAccount: serviceAccount(scope, account, serviceAccountAnnotations),
    ...role(scope, account, [
      patchConfigMaps(() => [ledger]),
      // Metrics of topics are served by the map of the internal topics.
      getConfigMaps(() =>
        internalTopicsMap(context)?.name === mapName ? [topicStatusName(clusterName)] : [],
      ),
      GET_CLAIMS,
      CREATE_EVENTS,
      ...stopRules(namespace, [name]),
      // Replicas of a topic can be spread over two maps, so brokers consider the stops of the other map.
      readStopLeases(() => statefulSets.filter((other) => other !== name)),
    ]),
  };
}
