/*
 * Values that depend on the metadata store of a cluster. Kafka reads them only when it starts, and then exits.
 */
import { MetadataMode } from '../seam/agent-config';
import { KafkaVersion } from './kafka-version';
import { Refusal, shown } from './refusals';
import { javaTrim } from './setting-values';

/** Kafka's name of the stores in messages. */
export const STORE: Readonly<Record<MetadataMode, string>> = {
  kraft: 'KRaft controllers',
  zookeeper: 'ZooKeeper',
};

/** Kafka's own authorizers. */
const AUTHORIZERS: Readonly<Record<MetadataMode, string>> = {
  kraft: 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  zookeeper: 'kafka.security.authorizer.AclAuthorizer',
};
const REMOVED_AUTHORIZER = 'kafka.security.auth.SimpleAclAuthorizer';

/** Versions that Kafka 3.9 reads. */
const PROTOCOL_VERSION = /^(0\.(8\.[0-2]|9\.0|10\.[0-2])|1\.[01]|2\.[0-8]|3\.\d)(\.\d+)*(-IV\d+)?$/;

/** The mode of a cluster; undefined if it is not known. */
export function modeOf(version: KafkaVersion, given?: MetadataMode): MetadataMode | undefined {
  return version.supportsZookeeper ? given : 'kraft';
}

/** The refusal of a value that the metadata store of the cluster does not support. */
export function modeRefusal(
  version: KafkaVersion,
  given: MetadataMode | undefined,
  name: string,
  value: string,
): Refusal | undefined {
  const mode = modeOf(version, given);
  if (mode === undefined) {
    return undefined;
  }
  switch (name) {
    case 'authorizer.class.name':
      return authorizerRefusal(mode, name, value);
    case 'inter.broker.protocol.version':
    case 'log.message.format.version':
      return version.supportsZookeeper ? protocolRefusal(mode, name, value) : undefined;
    default:
      return undefined;
  }
}

function authorizerRefusal(mode: MetadataMode, name: string, value: string): Refusal | undefined {
  const right = AUTHORIZERS[mode];
  const wrong = [...Object.values(AUTHORIZERS), REMOVED_AUTHORIZER].find(
    (other) => other === javaTrim(value),
  );
  return wrong === undefined || wrong === right
    ? undefined
    : {
        name,
        problem:
          wrong === REMOVED_AUTHORIZER
            ? `${shown(value)}, which Kafka 3.0 removed`
            : `${shown(value)}, which does not work with ${STORE[mode]}`,
        remedy: `write '${right}'`,
      };
}

function protocolRefusal(mode: MetadataMode, name: string, value: string): Refusal | undefined {
  const version = javaTrim(value);
  const isFeature = mode === 'kraft' && name === 'inter.broker.protocol.version';
  if (PROTOCOL_VERSION.test(version) && (!isFeature || version.startsWith('3.'))) {
    return undefined;
  }
  return {
    name,
    problem: `${shown(value)}, with which Kafka does not start on ${STORE[mode]}`,
    remedy: isFeature
      ? "remove it: 'kafka-features.sh upgrade' changes the metadata version of a cluster with controllers"
      : "write a version from 0.8.0 to 3.9, such as '3.9', or remove it",
  };
}
