import { Yaml } from 'cdk8s';
import { manifest } from '../../../lib/kubernetes/manifest';
import { messageOf, newChart, synth } from '../../support/testing';

function failureOf(owner: string): string {
  const chart = newChart();
  manifest(chart, 'Pod', 'kafka', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'events', labels: { 'example.com/owner': owner } },
    spec: { containers: [{ name: 'kafka', args: [owner] }] },
  });
  return messageOf(() => synth(chart));
}

test.each(['0o17', '0O17', '-0o1_7', '+0o7', '0_o17', '0X1F'])(
  'fails for %s, which cdk8s writes without quotes and Go reads as a number',
  (text) => {
    expect(Yaml.stringify({ text })).toBe(`text: ${text}\n`);
    expect(failureOf(text)).toBe(
      `metadata.labels['example.com/owner'] of Pod 'events' is '${text}', which YAML parsers of Kubernetes read as a ` +
        'number; use another text',
    );
  },
);

test.each(['0o', '0o18', '0o8', '017', '0x1F', '0b1', '1e3', 'yes', '0X', 'o17', '10o7', ''])(
  'accepts %j',
  (text) => {
    expect(failureOf(text)).toBe('nothing was thrown');
  },
);
