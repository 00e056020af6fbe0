import { Chart } from 'cdk8s';
import { AgentProgram } from '../../../lib';
import { newCluster, newMap, newTopicSync } from '../../support/cases';
import { allContainers, newChart, ofKind, synth } from '../../support/testing';

function clusterWith(agent?: AgentProgram): Chart {
  const chart = newChart();
  const cluster = newCluster(chart, { agent });
  newMap(cluster);
  newTopicSync(cluster);
  return chart;
}

function agents(chart: Chart) {
  return allContainers(synth(chart)).filter(([name]) => /\/(init|agent|topics)$/.test(name));
}

function programs(chart: Chart): string[] {
  return ofKind(synth(chart), 'ConfigMap')
    .filter(({ data }) => data?.['agent.js'] !== undefined)
    .map(({ metadata }) => metadata.name);
}

test('the bundled program runs in a stock image of Node.js', () => {
  expect(AgentProgram.bundled()).toMatchObject({ imageName: 'node:24-alpine', isBundled: true });
});

test('the bundled program is mounted from one ConfigMap for brokers and one for controllers', () => {
  // GIVEN
  const chart = clusterWith();

  // THEN
  expect(programs(chart)).toEqual(['events-controllers-agent', 'events-agent']);
  expect(agents(chart)).toHaveLength(5);
  for (const [, { image, command, volumeMounts }] of agents(chart)) {
    expect(image).toBe('node:24-alpine');
    expect(command).toEqual(['node', '/opt/cdk8s-kafka/agent.js']);
    expect(volumeMounts).toContainEqual({
      name: 'agent-program',
      mountPath: '/opt/cdk8s-kafka',
      readOnly: true,
    });
  }
});

test('the bundled program may run in another image', () => {
  const chart = clusterWith(AgentProgram.bundled('registry.example.com/node:24'));

  expect(agents(chart).map(([, { image }]) => image)).toEqual(Array(5).fill('registry.example.com/node:24'));
});

test('an image brings the program with it', () => {
  // GIVEN
  const chart = clusterWith(AgentProgram.image('registry.example.com/agent:0.1.0'));

  // THEN
  expect(programs(chart)).toEqual([]);
  expect(agents(chart)).toHaveLength(5);
  for (const [, { image, command, args }] of agents(chart)) {
    expect(image).toBe('registry.example.com/agent:0.1.0');
    expect(command).toBeUndefined();
    expect(args).toEqual([expect.stringMatching(/^(init|serve|topics)$/), '/etc/cdk8s-kafka/agent.json']);
  }
});
