import { ApiObject, Size } from 'cdk8s';
import { PersistentVolumeReclaimPolicy } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { enumOf, text } from './input/kinds';
import { PropTable, assertProps, optional, required } from './input/props';
import { isOfType, markType } from './input/type-mark';
import { PACKAGE_LABELS } from './kubernetes/labels';
import { clusterManifest } from './kubernetes/manifest';
import { assertLength, assertObjectName, namespaceOf } from './kubernetes/names';
import { quantity } from './kubernetes/quantities';
import { LOCAL_VOLUME_SOURCE, ListedDisk, LocalVolumeSource } from './nodes/local-volume-source';
import { HOSTNAME_LABEL } from './nodes/scheduling';
import { ProvisionerObjects, volumeProvisioner } from './nodes/volume-provisioner';
import { ZONE_LABEL } from './seam/agent-config';
import { checksum } from './kubernetes/checksum';

/** Properties of `LocalVolumes`. */
export interface LocalVolumesProps {
  /** Name of the StorageClass, for `ServerStorage.localVolume()` and `ServerStorage.instanceStore()`. */
  readonly storageClassName: string;

  /** Disks that become volumes. */
  readonly source: LocalVolumeSource;

  /**
   * Use of a disk after its claim was deleted. With `RETAIN` the data stays, and the disk is used again only after somebody has deleted
   * its PersistentVolume; a server that then finds the data of another one does not start. With `DELETE` the provisioner deletes all
   * files at once, and the disk is free for the next claim. `DELETE` needs `LocalVolumeSource.discovered()`.
   *
   * @default PersistentVolumeReclaimPolicy.RETAIN
   */
  readonly reclaimPolicy?: PersistentVolumeReclaimPolicy;
}

const LOCAL_VOLUMES_PROPS: PropTable<LocalVolumesProps> = {
  storageClassName: required(text('local-nvme')),
  source: required(LOCAL_VOLUME_SOURCE),
  reclaimPolicy: optional(enumOf(PersistentVolumeReclaimPolicy)),
};

/** Suffix of the names of the provisioner's objects. */
const PROVISIONER = '-provisioner';

/**
 * Local disks of nodes as PersistentVolumes: a StorageClass, and either sig-storage-local-static-provisioner for a node group, or one
 * PersistentVolume for each disk of named nodes.
 *
 * The provisioner runs as root and mounts a folder of its node, which the Pod Security Standard `restricted` does not allow: define the
 * construct in a chart with a namespace of its own, with the label `pod-security.kubernetes.io/enforce: privileged`.
 */
export class LocalVolumes extends Construct {
  /** True if the value is a LocalVolumes construct. */
  public static isLocalVolumes(value: unknown): value is LocalVolumes {
    return isOfType(value, 'LocalVolumes');
  }

  /** Name of the StorageClass. */
  public readonly storageClassName: string;
  /** The StorageClass. */
  public readonly storageClass: ApiObject;
  /** PersistentVolumes of listed disks; empty if a provisioner creates them. */
  public readonly persistentVolumes: ApiObject[];
  /** The DaemonSet of the provisioner; undefined for listed disks. */
  public readonly daemonSet?: ApiObject;
  /** The ConfigMap of the provisioner; undefined for listed disks. */
  public readonly configMap?: ApiObject;
  /** The ServiceAccount of the provisioner; undefined for listed disks. */
  public readonly serviceAccount?: ApiObject;
  /** The ClusterRole of the provisioner; undefined for listed disks. */
  public readonly clusterRole?: ApiObject;
  /** The ClusterRoleBinding of the provisioner; undefined for listed disks. */
  public readonly clusterRoleBinding?: ApiObject;

  /** @throws when a name is not valid, or listed disks have the reclaim policy DELETE */
  constructor(scope: Construct, id: string, props: LocalVolumesProps) {
    super(scope, id);
    markType(this, 'LocalVolumes');
    assertProps(`LocalVolumes '${this.node.path}'`, props, LOCAL_VOLUMES_PROPS);
    const { reclaimPolicy = PersistentVolumeReclaimPolicy.RETAIN, source, storageClassName } = props;
    assertObjectName('storageClassName', storageClassName);
    // The name of the provisioner is a label of its pods.
    assertLength('provisioner name', `${storageClassName}${PROVISIONER}`, 63, 'storageClassName');
    this.storageClassName = storageClassName;
    const labels = { ...PACKAGE_LABELS, 'app.kubernetes.io/name': 'local-volumes' };
    this.storageClass = clusterManifest(this, 'StorageClass', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: storageClassName, labels },
      provisioner: 'kubernetes.io/no-provisioner',
      // A claim is bound when its pod is scheduled, to a disk of the node of the pod.
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy,
    });
    this.persistentVolumes = this.listedVolumes(source, reclaimPolicy, labels);
    const provisioner = this.provisioner(source, labels);
    this.daemonSet = provisioner?.daemonSet;
    this.configMap = provisioner?.configMap;
    this.serviceAccount = provisioner?.serviceAccount;
    this.clusterRole = provisioner?.clusterRole;
    this.clusterRoleBinding = provisioner?.clusterRoleBinding;
  }

  private provisioner(
    { _discovered: disks }: LocalVolumeSource,
    labels: Record<string, string>,
  ): ProvisionerObjects | undefined {
    if (disks === undefined) {
      return undefined;
    }
    const { storageClassName } = this;
    const name = `${storageClassName}${PROVISIONER}`;
    const selector = { 'app.kubernetes.io/name': 'local-volumes', 'app.kubernetes.io/component': name };
    return volumeProvisioner(
      this,
      { namespace: namespaceOf(this), name, storageClassName, selector, labels: { ...labels, ...selector } },
      disks,
    );
  }

  private listedVolumes(
    { _listed: listed }: LocalVolumeSource,
    reclaimPolicy: PersistentVolumeReclaimPolicy,
    labels: Record<string, string>,
  ): ApiObject[] {
    if (listed === undefined) {
      return [];
    }
    if (reclaimPolicy !== PersistentVolumeReclaimPolicy.RETAIN) {
      throw new Error(
        `reclaimPolicy of LocalVolumes '${this.storageClassName}' is ${reclaimPolicy}, and nothing deletes the files of listed disks; ` +
          'use RETAIN, or LocalVolumeSource.discovered()',
      );
    }
    return listed.disks.map((disk) => this.listedVolume(disk, listed.size, labels));
  }

  private listedVolume(disk: ListedDisk, size: Size, labels: Record<string, string>): ApiObject {
    const { hostname, path, zone } = disk;
    const name = `${this.storageClassName}-${checksum(hostname, path).slice(0, 10)}`;
    return clusterManifest(this, `Volume-${name}`, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name, labels: { ...labels, ...(zone === undefined ? {} : { [ZONE_LABEL]: zone }) } },
      spec: {
        capacity: { storage: quantity(size) },
        accessModes: ['ReadWriteOnce'],
        volumeMode: 'Filesystem',
        persistentVolumeReclaimPolicy: PersistentVolumeReclaimPolicy.RETAIN,
        storageClassName: this.storageClassName,
        local: { path },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: HOSTNAME_LABEL, operator: 'In', values: [hostname] }] },
            ],
          },
        },
      },
    });
  }
}
