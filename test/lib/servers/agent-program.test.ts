import { Chart } from 'cdk8s';
import { AgentProgram } from '../../../lib';
import { newCluster, newMap, newTopicSync } from '../../support/cases';
import { allContainers, find, newChart, ofKind, synth } from '../../support/testing';

function clusterWith(agent?: AgentProgram): Chart {
  const chart = newChart();
  const cluster = newCluster(chart, { agent });
  newMap(cluster);
  newTopicSync(cluster);
  return chart;
}

function agents(chart: Chart) {
  return allContainers(synth(chart)).filter(([name]) => /\/(init|agent|topics|authority)$/.test(name));
}

function programs(chart: Chart): string[] {
  return ofKind(synth(chart), 'ConfigMap').flatMap(({ data, metadata }) =>
    Object.keys(data ?? {})
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => `${metadata.name}/${file}`),
  );
}

function commandOf(container: string): string[] {
  const program = container.split('/').at(-1);
  return ['node', `/opt/cdk8s-kafka/${program}.mjs`];
}

test('the bundled programs run in a stock image of Node.js', () => {
  expect(AgentProgram.bundled()).toMatchObject({
    imageName: 'docker.io/library/node:24.21.0-alpine',
    isBundled: true,
  });
});

test('each file of the programs is mounted from a ConfigMap of its own', () => {
  // GIVEN
  const chart = clusterWith();

  // THEN
  expect(programs(chart)).toEqual([
    'events-controllers-init/init.mjs',
    'events-controllers-agent/agent.mjs',
    'events-controllers-agent-shared/shared.mjs',
    'events-init/init.mjs',
    'events-agent/agent.mjs',
    'events-agent-shared/shared.mjs',
    'events-authority-program/authority.mjs',
    'events-topics-program/topics.mjs',
  ]);
  expect(agents(chart)).toHaveLength(7);
  for (const [name, { image, command, volumeMounts }] of agents(chart)) {
    expect(image).toBe('docker.io/library/node:24.21.0-alpine');
    expect(command).toEqual(commandOf(name));
    expect(volumeMounts).toContainEqual({
      name: 'agent-program',
      mountPath: '/opt/cdk8s-kafka',
      readOnly: true,
    });
  }
});

test.each(['events-controllers', 'events-streams'])(
  'programs of %s and what they share are in one volume',
  (name) => {
    const { volumes } = find(synth(clusterWith()), 'StatefulSet', name).spec.template.spec;
    const prefix = name === 'events-streams' ? 'events' : name;

    // A volume for each file would let the kubelet replace them at different times.
    expect(volumes).toContainEqual({
      name: 'agent-program',
      projected: {
        sources: ['init', 'agent', 'agent-shared'].map((suffix) => ({
          configMap: { name: `${prefix}-${suffix}` },
        })),
      },
    });
  },
);

test('the bundled programs can run in another image', () => {
  const chart = clusterWith(AgentProgram.bundled('registry.example.com/node:24'));

  expect(agents(chart).map(([, { image }]) => image)).toEqual(Array(7).fill('registry.example.com/node:24'));
});

test('programs of an image are not mounted', () => {
  // GIVEN
  const chart = clusterWith(AgentProgram.image('registry.example.com/agent:0.1.0'));

  // THEN
  expect(programs(chart)).toEqual([]);
  expect(agents(chart)).toHaveLength(7);
  for (const [name, { image, command, volumeMounts }] of agents(chart)) {
    expect(image).toBe('registry.example.com/agent:0.1.0');
    expect(command).toEqual(commandOf(name));
    expect(volumeMounts).not.toContainEqual(expect.objectContaining({ name: 'agent-program' }));
  }
});

test.each(['init', 'agent', 'topics', 'authority'])('argument of container %s', (container) => {
  const found = agents(clusterWith()).filter(([name]) => name.endsWith(`/${container}`));

  expect(found.map(([, { args }]) => args)).toEqual(found.map(() => ['/etc/cdk8s-kafka/agent.json']));
  expect(found).not.toEqual([]);
});
