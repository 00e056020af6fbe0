import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels } from '../kubernetes/labels';
import { manifest } from '../kubernetes/manifest';
import { CLAIM_RETENTION, claimTemplates } from '../nodes/disks';
import { ServerStorage } from '../nodes/server-storage';

/** A StatefulSet of servers with disks. */
export interface ServerStatefulSet {
  readonly namespace: string;
  readonly name: string;
  readonly serviceName: string;
  readonly selector: Record<string, string>;
  /** Ordinal of the first pod, which is the id of its server. */
  readonly firstId: number;
  readonly count: number;
  readonly storage: ServerStorage;
  readonly podLabels?: Record<string, string>;
  /** Annotations of the pods; can be a Lazy. */
  readonly podAnnotations: unknown;
  readonly podSpec: object;
}

/** Adds a StatefulSet of servers with disks. */
export function serverStatefulSet(scope: Construct, set: ServerStatefulSet): ApiObject {
  const labels = objectLabels(set.selector);
  const claims = claimTemplates(set.storage, set.selector);
  return manifest(scope, 'Resource', set.namespace, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: set.name, labels },
    spec: {
      serviceName: set.serviceName,
      replicas: set.count,
      ordinals: { start: set.firstId },
      // A stopped cluster must be able to start: servers become ready only with the help of others.
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      selector: { matchLabels: set.selector },
      ...(claims.length === 0
        ? {}
        : { persistentVolumeClaimRetentionPolicy: CLAIM_RETENTION, volumeClaimTemplates: claims }),
      template: {
        metadata: { labels: { ...set.podLabels, ...labels }, annotations: set.podAnnotations },
        spec: set.podSpec,
      },
    },
  });
}
