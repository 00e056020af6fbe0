// The floor: the same objects, ready made, through the bare classes of cdk8s-plus: node floor.cjs <objects.json> <output>
const { readFileSync } = require('node:fs');
const { App, Chart } = require('cdk8s');
const { k8s } = require('cdk8s-plus-27');

const objects = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const app = new App({ outdir: process.argv[3] });
const chart = new Chart(app, 'bench', { namespace: 'kafka' });
objects.forEach(({ kind, apiVersion, ...props }, index) => {
  new k8s[`Kube${kind}`](chart, `${kind}${index}`, props);
});
app.synth();
