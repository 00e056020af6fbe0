/*
 * What a cluster and the keeper of its metadata must have in common. They are constructs of their own, and each is told.
 */
import { ControllerQuorum } from '../controller-quorum';
import { InterBrokerSecurity } from '../network/inter-broker-security';
import { IMetadataStore, MetadataMode } from '../metadata/metadata-store';
import { ZookeeperEnsemble } from '../zookeeper-ensemble';
import { Settings } from '../kafka/properties';
import { durabilitySettings } from '../kafka/server-settings';

// Controllers decide by their own value of these, whatever brokers say.
const READ_BY_CONTROLLERS = [
  'allow.everyone.if.no.acl.found',
  'alter.config.policy.class.name',
  'authorizer.class.name',
  'auto.leader.rebalance.enable',
  'broker.session.timeout.ms',
  'create.topic.policy.class.name',
  'delete.topic.enable',
  'leader.imbalance.check.interval.seconds',
  'leader.imbalance.per.broker.percentage',
  'num.partitions',
  'principal.builder.class',
  'super.users',
];

/** Who may do what: of these brokers have no defaults that would do for controllers' values. */
const AUTHORIZATION = ['allow.everyone.if.no.acl.found', 'authorizer.class.name', 'principal.builder.class'];

/** @throws when they do not agree */
export function assertAgreement(
  clusterName: string,
  metadata: IMetadataStore,
  config: Settings,
  durability: Settings,
): void {
  if (!(metadata instanceof ControllerQuorum)) {
    return;
  }
  const shared = [
    ...Object.keys(durabilitySettings({})),
    ...READ_BY_CONTROLLERS.filter((name) => name in config),
    ...AUTHORIZATION.filter((name) => metadata._setting(name) !== undefined),
  ];
  for (const name of shared) {
    const theirs = metadata._setting(name);
    const ours = durability[name];
    if (theirs !== ours) {
      throw new Error(
        `setting '${name}' is ${ours === undefined ? 'absent' : `'${ours}'`} in config of cluster '${clusterName}' and ` +
          `${theirs === undefined ? 'absent' : `'${theirs}'`} in config of its ControllerQuorum; brokers and controllers ` +
          'must agree, so give both the same value',
      );
    }
  }
}

/** @throws when they do not agree */
export function assertSameDomain(clusterName: string, metadata: IMetadataStore, domain: string): void {
  if (isOurs(metadata) && metadata._clusterDomain !== domain) {
    throw new Error(
      `clusterDomain of cluster '${clusterName}' is '${domain}' and that of its ${nameOf(metadata)} '${metadata._clusterDomain}'; ` +
        'they run in one Kubernetes cluster, so give both the same',
    );
  }
}

/** @throws when they do not agree */
export function assertKnown(metadata: IMetadataStore): void {
  if (metadata.mode === MetadataMode.KRAFT && !(metadata instanceof ControllerQuorum)) {
    throw new Error(
      'metadata is a KRaft quorum of an unknown kind; use the ControllerQuorum of this package, and see that the package is ' +
        'installed only once',
    );
  }
  // Another kind may be a ZooKeeper that somebody else runs; ours has a name.
  if ('ensembleName' in metadata && !(metadata instanceof ZookeeperEnsemble)) {
    throw new Error(
      'metadata is a ZookeeperEnsemble of another copy of this package; see that the package is installed only once',
    );
  }
}

/** @throws when one of them speaks TLS and the other does not */
export function assertSameTraffic(
  clusterName: string,
  metadata: IMetadataStore,
  traffic: InterBrokerSecurity,
): void {
  if (isOurs(metadata) && metadata._interBrokerSecurity !== traffic) {
    throw new Error(
      `interBrokerSecurity of cluster '${clusterName}' is '${traffic}' and that of its ${nameOf(metadata)} ` +
        `'${metadata._interBrokerSecurity}'; they would not understand each other, so give both the same`,
    );
  }
}

/** @throws when brokers would neither be let in nor find the certificates */
export function assertSameNamespace(clusterName: string, metadata: IMetadataStore, namespace: string): void {
  if (isOurs(metadata) && metadata._namespace !== namespace) {
    throw new Error(
      `cluster '${clusterName}' is in namespace '${namespace}' and its ${nameOf(metadata)} in '${metadata._namespace}', where ` +
        'NetworkPolicies and Secrets are out of reach of its brokers; put both into one namespace',
    );
  }
}

function isOurs(metadata: IMetadataStore): metadata is ControllerQuorum | ZookeeperEnsemble {
  return metadata instanceof ControllerQuorum || metadata instanceof ZookeeperEnsemble;
}

function nameOf(metadata: ControllerQuorum | ZookeeperEnsemble): string {
  return metadata instanceof ZookeeperEnsemble
    ? `ZooKeeper ensemble '${metadata.ensembleName}'`
    : 'ControllerQuorum';
}
