/*
 * Objects of sig-storage-local-static-provisioner, as its Helm chart has them: a DaemonSet that creates a PersistentVolume for each
 * disk of its node.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checksum } from '../kubernetes/checksum';
import { configMap } from '../kubernetes/config-map';
import { clusterManifest, manifest } from '../kubernetes/manifest';
import { serviceAccount } from '../kubernetes/rbac';
import { ZONE_LABEL } from '../seam/agent-config';
import { DiscoveredDisks } from './local-volume-source';
import { placement } from './scheduling';

/** Name of the objects and labels of a provisioner. */
export interface ProvisionerIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly storageClassName: string;
  readonly labels: Record<string, string>;
  readonly selector: Record<string, string>;
}

/** The objects of a provisioner. */
export interface ProvisionerObjects {
  readonly serviceAccount: ApiObject;
  readonly clusterRole: ApiObject;
  readonly clusterRoleBinding: ApiObject;
  readonly configMap: ApiObject;
  readonly daemonSet: ApiObject;
}

const CONFIG_PATH = '/etc/provisioner/config';

/** Adds a provisioner. */
export function volumeProvisioner(
  scope: Construct,
  identity: ProvisionerIdentity,
  disks: DiscoveredDisks,
): ProvisionerObjects {
  const { labels, name, namespace } = identity;
  const data = configData(identity, disks);
  return {
    serviceAccount: serviceAccount(scope, { namespace, serviceAccount: name, labels }),
    ...clusterRights(scope, identity),
    configMap: configMap(scope, 'Config', namespace, { name, labels, data }),
    daemonSet: manifest(scope, 'Provisioner', namespace, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name, labels },
      spec: {
        selector: { matchLabels: identity.selector },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        template: {
          // The program reads its configuration once.
          metadata: { labels, annotations: { 'checksum/config': checksum(JSON.stringify(data)) } },
          spec: podSpec(identity, disks),
        },
      },
    }),
  };
}

function configData(
  { storageClassName }: ProvisionerIdentity,
  { folder }: DiscoveredDisks,
): Record<string, string> {
  return {
    storageClassMap: [
      `${JSON.stringify(storageClassName)}:`,
      `  hostDir: ${folder}`,
      `  mountDir: ${folder}`,
      '  volumeMode: Filesystem',
      "  namePattern: '*'",
      '',
    ].join('\n'),
    nodeLabelsForPV: `- ${ZONE_LABEL}\n`,
    // A node that registers again has the same disks.
    useNodeNameOnly: 'true',
  };
}

function clusterRights(
  scope: Construct,
  { labels, name, namespace }: ProvisionerIdentity,
): Pick<ProvisionerObjects, 'clusterRole' | 'clusterRoleBinding'> {
  // ClusterRoles have no namespace, so the name contains it.
  const metadata = { name: `${namespace}.${name}`, labels };
  return {
    clusterRole: clusterManifest(scope, 'ClusterRole', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata,
      rules: [
        {
          apiGroups: [''],
          resources: ['persistentvolumes'],
          verbs: ['get', 'list', 'watch', 'create', 'delete'],
        },
        { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
        { apiGroups: [''], resources: ['nodes'], verbs: ['get'] },
      ],
    }),
    clusterRoleBinding: clusterManifest(scope, 'ClusterRoleBinding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    }),
  };
}

function podSpec({ name }: ProvisionerIdentity, { folder, image, nodeGroup }: DiscoveredDisks): object {
  const fieldOf = (variable: string, fieldPath: string) => ({
    name: variable,
    valueFrom: { fieldRef: { fieldPath } },
  });
  return {
    serviceAccountName: name,
    // The ServiceAccount gives no token to other pods.
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    ...placement(nodeGroup),
    containers: [
      {
        name: 'provisioner',
        image,
        imagePullPolicy: 'IfNotPresent',
        env: [fieldOf('MY_NODE_NAME', 'spec.nodeName'), fieldOf('MY_NAMESPACE', 'metadata.namespace')],
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
        // It runs as root, because it deletes files of other users from disks that it reuses.
        securityContext: { privileged: false, allowPrivilegeEscalation: false },
        ports: [{ name: 'metrics', containerPort: 8080 }],
        livenessProbe: {
          tcpSocket: { port: 'metrics' },
          initialDelaySeconds: 10,
          periodSeconds: 60,
          timeoutSeconds: 5,
        },
        volumeMounts: [
          { name: 'config', mountPath: CONFIG_PATH, readOnly: true },
          // Disks that are mounted on the node later appear in the container.
          { name: 'disks', mountPath: folder, mountPropagation: 'HostToContainer' },
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name } },
      { name: 'disks', hostPath: { path: folder } },
    ],
  };
}
