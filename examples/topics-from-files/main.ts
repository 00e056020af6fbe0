import { App } from 'cdk8s';
import { TopicsFromFilesChart } from './chart';

const app = new App();
new TopicsFromFilesChart(app, 'topics-from-files');
app.synth();
