import { newCluster, newMap } from '../../support/cases';
import { find, newChart, synth } from '../../support/testing';

/** Common name of the CA of brokers and clients, without its number. */
function nameFor(clusterName: string): string {
  const chart = newChart();
  newMap(newCluster(chart, { clusterName }));
  const config = find(synth(chart), 'ConfigMap', `${clusterName}-authority`).data['agent.json'];
  return JSON.parse(config).pkis[0].commonName;
}

describe('common name of a CA', () => {
  const longest = 'a'.repeat(34);

  test('it contains the name of the cluster', () => {
    expect(nameFor('events')).toBe('events brokers and clients');
    expect(nameFor(longest)).toBe(`${longest} brokers and clients`);
  });

  test('with a number, it has at most 64 characters', () => {
    expect(`${nameFor(longest)} 123456789`).toHaveLength(64);
    expect(`${nameFor(`${longest}a`)} 123456789`).toHaveLength(64);
  });

  test('a long name is cut, and a digest distinguishes it', () => {
    expect(nameFor(`${longest}a`)).toMatch(/^a{25}-[0-9a-f]{8} brokers and clients$/);
    expect(nameFor(`${longest}a`)).toBe(nameFor(`${longest}a`));
    expect(nameFor(`${longest}a`)).not.toBe(nameFor(`${longest}b`));
  });
});
