import { App } from 'cdk8s';
import { CustomizedChart } from './chart';

const app = new App();
new CustomizedChart(app, 'customized');
app.synth();
