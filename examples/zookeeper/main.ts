import { App } from 'cdk8s';
import { ZookeeperChart } from './chart';

const app = new App();
new ZookeeperChart(app, 'zookeeper');
app.synth();
