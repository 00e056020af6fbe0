import { App, Chart } from 'cdk8s';
import { CustomizedChart } from '../../examples/customized/chart';
import { GitopsChart } from '../../examples/gitops/chart';
import { DisksChart, InstanceStoreChart, NodesChart } from '../../examples/instance-store/chart';
import { LaptopChart } from '../../examples/laptop/chart';
import { CertManagerChart, SecretsChart } from '../../examples/own-pki/chart';
import { ProductionChart } from '../../examples/production/chart';
import { QuickstartChart } from '../../examples/quickstart/chart';
import { TopicsFromFilesChart } from '../../examples/topics-from-files/chart';
import { ZookeeperChart } from '../../examples/zookeeper/chart';

/** Name of an example, and a function that creates its chart. */
export type Example = [name: string, define: () => Chart];

/** Examples that the end-to-end tests apply: their manifests have snapshots. */
export const EXAMPLES: Example[] = [
  ['quickstart', () => new QuickstartChart(new App(), 'quickstart')],
  ['zookeeper', () => new ZookeeperChart(new App(), 'zookeeper')],
  ['production', () => new ProductionChart(new App(), 'production')],
];

/** Examples whose manifests have no snapshots. */
export const FURTHER_EXAMPLES: Example[] = [
  ['laptop', () => new LaptopChart(new App(), 'laptop')],
  ['gitops', () => new GitopsChart(new App(), 'gitops')],
  ['instance-store', () => new InstanceStoreChart(new App(), 'instance-store')],
  ['instance-store, disks', () => new DisksChart(new App(), 'disks')],
  ['instance-store, nodes', () => new NodesChart(new App(), 'nodes')],
  ['own-pki, Secrets', () => new SecretsChart(new App(), 'secrets')],
  ['own-pki, cert-manager', () => new CertManagerChart(new App(), 'cert-manager')],
  ['topics-from-files', () => new TopicsFromFilesChart(new App(), 'topics-from-files')],
  ['customized', () => new CustomizedChart(new App(), 'customized')],
];

/** All charts of all examples. */
export const ALL_EXAMPLES: Example[] = [...EXAMPLES, ...FURTHER_EXAMPLES];
