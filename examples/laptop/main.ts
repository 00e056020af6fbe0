import { App } from 'cdk8s';
import { LaptopChart } from './chart';

const app = new App();
new LaptopChart(app, 'laptop');
app.synth();
