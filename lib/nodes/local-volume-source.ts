import { Size } from 'cdk8s';
import { Kind, SIZE, kind, listOf, text } from '../input/kinds';
import { PropTable, assertProps, optional, required, struct } from '../input/props';
import { isOfType, markType } from '../input/type-mark';
import { quoted } from '../input/format';
import { assertImage } from '../kubernetes/names';
import { assertLabelPair } from '../kubernetes/pod-metadata';
import { mebibytesOf } from '../kubernetes/quantities';
import { NODE_GROUP, NodeGroup } from './node-group';
import { HOSTNAME_LABEL } from './scheduling';

/** Image of the provisioner, with a version whose RBAC and configuration the construct writes. */
const PROVISIONER_IMAGE = 'registry.k8s.io/sig-storage/local-volume-provisioner:v2.8.0';

/** Options of `LocalVolumeSource.discovered()`. */
export interface DiscoveredVolumesOptions {
  /** Nodes with the disks. */
  readonly nodeGroup: NodeGroup;

  /**
   * Folder of the nodes in which each disk is mounted as a folder of its own. A folder that is not a mount is not a volume. Name the
   * folders by the UUIDs of their file systems: a new disk is then a new volume.
   *
   * @default '/mnt/disks'
   */
  readonly folder?: string;

  /**
   * Image of sig-storage-local-static-provisioner, version 2.8 or newer.
   *
   * @default 'registry.k8s.io/sig-storage/local-volume-provisioner:v2.8.0'
   * @see https://github.com/kubernetes-sigs/sig-storage-local-static-provisioner
   */
  readonly image?: string;
}

/** A node and its disks. */
export interface NodeDisks {
  /** Value of the label `kubernetes.io/hostname` of the node. */
  readonly hostname: string;
  /** Folders of the node on which its disks are mounted, each with a file system of its own. */
  readonly paths: string[];
  /**
   * Zone of the node. The volumes get it as a label.
   *
   * @default - none
   */
  readonly zone?: string;
}

/** Options of `LocalVolumeSource.listed()`. */
export interface ListedVolumesOptions {
  /** Nodes with their disks. */
  readonly nodes: NodeDisks[];
  /** Size of each disk. Claims of this size or smaller can be bound to it. */
  readonly size: Size;
}

const DISCOVERED: PropTable<DiscoveredVolumesOptions> = {
  nodeGroup: required(NODE_GROUP),
  folder: optional(text('/mnt/disks')),
  image: optional(text(PROVISIONER_IMAGE)),
};
const NODE_DISKS: PropTable<NodeDisks> = {
  hostname: required(text('node-1')),
  paths: required(listOf(text('/mnt/disks/0'))),
  zone: optional(text('zone-a')),
};
const LISTED: PropTable<ListedVolumesOptions> = {
  nodes: required(listOf(struct(NODE_DISKS))),
  size: required(SIZE),
};

/** A disk that is listed. */
export interface ListedDisk {
  readonly hostname: string;
  readonly path: string;
  readonly zone?: string;
}

/** Disks that a provisioner discovers. */
export interface DiscoveredDisks {
  readonly nodeGroup: NodeGroup;
  readonly folder: string;
  readonly image: string;
}

/** Disks of nodes that become PersistentVolumes. */
export class LocalVolumeSource {
  /**
   * Disks that a DaemonSet discovers on the nodes of a group, also on nodes that join later.
   *
   * @throws when the folder is not an absolute path, or the image has no valid name
   */
  public static discovered(options: DiscoveredVolumesOptions): LocalVolumeSource {
    const owner = 'LocalVolumeSource.discovered()';
    assertProps(owner, options, DISCOVERED);
    const { folder = '/mnt/disks', image = PROVISIONER_IMAGE, nodeGroup } = options;
    assertPath(`folder of ${owner}`, folder);
    assertImage(`image of ${owner}`, image, PROVISIONER_IMAGE);
    return new LocalVolumeSource({ folder, image, nodeGroup });
  }

  /**
   * Disks of nodes that are named, for a few nodes that do not change.
   *
   * @throws when there is no disk, a path is not absolute or is listed twice, or the size is below 1 MiB
   */
  public static listed(options: ListedVolumesOptions): LocalVolumeSource {
    const owner = 'LocalVolumeSource.listed()';
    assertProps(owner, options, LISTED);
    const { nodes, size } = options;
    const disks = nodes.flatMap(({ hostname, paths, zone }) =>
      paths.map((path): ListedDisk => ({ hostname, path, ...(zone === undefined ? {} : { zone }) })),
    );
    if (disks.length === 0) {
      throw new Error(`nodes of ${owner} have no paths; list at least one disk`);
    }
    nodes.forEach(({ hostname }) =>
      assertLabelPair(`hostname in ${owner}, the label`, HOSTNAME_LABEL, hostname),
    );
    disks.forEach(({ path }) => assertPath(`path in ${owner}`, path));
    const twice = disks.find((disk, index) =>
      disks.slice(0, index).some(({ hostname, path }) => hostname === disk.hostname && path === disk.path),
    );
    if (twice !== undefined) {
      throw new Error(`${owner} lists ${twice.path} of node '${twice.hostname}' twice; list each disk once`);
    }
    if (mebibytesOf(size) < 1) {
      throw new Error(`size of ${owner} is less than 1 MiB; set it to the size of the disks`);
    }
    return new LocalVolumeSource(undefined, { disks, size });
  }

  /** True if the value is a LocalVolumeSource. */
  public static isLocalVolumeSource(value: unknown): value is LocalVolumeSource {
    return isOfType(value, 'LocalVolumeSource');
  }

  private constructor(
    /** @internal */
    public readonly _discovered?: DiscoveredDisks,
    /** @internal */
    public readonly _listed?: { readonly disks: readonly ListedDisk[]; readonly size: Size },
  ) {
    markType(this, 'LocalVolumeSource');
  }
}

/** The kind of a LocalVolumeSource. */
export const LOCAL_VOLUME_SOURCE: Kind<LocalVolumeSource> = kind(
  LocalVolumeSource.isLocalVolumeSource,
  "LocalVolumeSource.discovered({ nodeGroup: NodeGroup.labeled({ 'example.com/group': 'kafka' }) })",
);

/** @throws when a path is not absolute, or is the root, or has parts that lead elsewhere */
function assertPath(property: string, path: string): void {
  if (!/^(\/[\w.-]+)+$/.test(path) || path.split('/').some((part) => /^\.+$/.test(part))) {
    throw new Error(
      `${property} is ${quoted(path)}; use an absolute path of letters, digits, '.', '_' and '-', such as '/mnt/disks'`,
    );
  }
}
