import { App, YamlOutputType } from 'cdk8s';
import { GitopsChart } from './chart';

// One file for each object: a commit shows which objects change.
const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
new GitopsChart(app, 'gitops');
app.synth();
