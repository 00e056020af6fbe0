import { App, Chart } from 'cdk8s';
import { ProductionChart } from '../../examples/production/chart';
import { QuickstartChart } from '../../examples/quickstart/chart';
import { ZookeeperChart } from '../../examples/zookeeper/chart';

/** The examples, as their `main.ts` makes them. */
export const EXAMPLES: [name: string, define: () => Chart][] = [
  ['quickstart', () => new QuickstartChart(new App(), 'quickstart')],
  ['zookeeper', () => new ZookeeperChart(new App(), 'zookeeper')],
  ['production', () => new ProductionChart(new App(), 'production')],
];
