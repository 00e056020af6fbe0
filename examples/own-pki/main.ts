import { App } from 'cdk8s';
import { CertManagerChart, SecretsChart } from './chart';

// Two variants, each in its own file and namespace. Apply one of them.
const app = new App();
new SecretsChart(app, 'secrets');
new CertManagerChart(app, 'cert-manager');
app.synth();
