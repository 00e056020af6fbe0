import { App } from 'cdk8s';
import { DisksChart, InstanceStoreChart, NodesChart } from './chart';

const app = new App();
new NodesChart(app, 'nodes');
new DisksChart(app, 'disks');
new InstanceStoreChart(app, 'instance-store');
app.synth();
