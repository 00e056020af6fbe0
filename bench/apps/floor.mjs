// The floor: as many objects of the same kinds and sizes, ready made, through the bare classes of cdk8s-plus. (Those drop
// quantities and ports that are not wrapped in their classes: a handful of lines of each workload.)
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
