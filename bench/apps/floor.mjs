// Baseline: the same number of objects of the same kinds and sizes, prebuilt, with the L1 classes of cdk8s-plus. (These drop
// quantities and ports that are not instances of their classes, which is a few lines of each workload.)
// node floor.mjs <objects.json> <output>
import { readFileSync } from 'node:fs';
import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';

const objects = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const app = new App({ outdir: process.argv[3] });
const chart = new Chart(app, 'bench', { namespace: 'kafka' });
objects.forEach(({ kind, metadata, ...rest }, index) => {
  new k8s[`Kube${kind}`](chart, `${kind}${index}`, { ...rest, metadata });
});
app.synth();
