import { newCluster, newMap } from '../support/cases';
import { find, newChart, synth } from '../support/testing';

/** Name of the authority of brokers and clients, without its number. */
function nameFor(clusterName: string): string {
  const chart = newChart();
  newMap(newCluster(chart, { clusterName }));
  const config = find(synth(chart), 'ConfigMap', `${clusterName}-authority`).data['agent.json'];
  return JSON.parse(config).pkis[0].commonName;
}

describe('the name of an authority', () => {
  const atLimit = 'a'.repeat(34);

  test('says which cluster it is of', () => {
    expect(nameFor('events')).toBe('events brokers and clients');
    expect(nameFor(atLimit)).toBe(`${atLimit} brokers and clients`);
  });

  test('fits into a certificate with any number behind it', () => {
    expect(`${nameFor(atLimit)} 123456789`).toHaveLength(64);
    expect(`${nameFor(`${atLimit}a`)} 123456789`).toHaveLength(64);
  });

  test('is cut the same way each time, and never like that of another cluster', () => {
    expect(nameFor(`${atLimit}a`)).toMatch(/^a{25}-[0-9a-f]{8} brokers and clients$/);
    expect(nameFor(`${atLimit}a`)).toBe(nameFor(`${atLimit}a`));
    expect(nameFor(`${atLimit}a`)).not.toBe(nameFor(`${atLimit}b`));
  });
});
