import { AuthorityConfig } from '../../../lib/seam/agent-config';
import { AuthorityHealth } from '../../../agent/authority/health';
import { AuthorityMetrics } from '../../../agent/authority/metrics';
import { firstState, iso } from '../../../agent/authority/state';
import { DAY, pkiConfig } from './world';

const CONFIG: AuthorityConfig = {
  role: 'authority',
  clusterName: 'events',
  namespace: 'prod',
  statusConfigMap: 'events-certificates',
  pkis: [pkiConfig()],
};

const inDays = (days: number) => iso(Date.now() + days * DAY * 1000);
const issued = { fingerprint: 'f', serial: '4f', issued: inDays(0) };
const state = {
  ...firstState({ ...issued, number: 3, notAfter: inDays(300) }, {}, Date.now()),
  leaves: { 'events-tls': { ...issued, ca: 3, commonName: 'events', dnsNames: [], notAfter: inDays(20) } },
};

let health: AuthorityHealth;

beforeEach(() => {
  health = new AuthorityHealth(CONFIG, 0);
});

test.each([
  ['before the first round', undefined, { ready: false, reason: 'cluster: no round has come to an end yet' }],
  [
    'while a Secret is missing',
    ['events-tls'],
    { ready: false, reason: 'cluster: certificates are still to be issued: events-tls' },
  ],
  ['once all are issued', [], { ready: true, reason: 'all certificates are issued' }],
])('%s', (_, unfit, verdict) => {
  if (unfit) health.publish('cluster', { state, outdatedSecrets: unfit, paused: false }, 0);
  expect(health.current()).toEqual(verdict);
});

test('is alive while rounds come to an end, also those that come to nothing', () => {
  health.recordFailure('cluster', 1_000_000);
  expect(health.isAlive(1_600_000)).toBe(true);
  expect(health.isAlive(1_600_001)).toBe(false);
});

test('shows days, phases and failures to Prometheus', async () => {
  health.publish('cluster', { state, outdatedSecrets: [], paused: true }, 0);
  health.recordFailure('cluster', 0);
  const metrics = new AuthorityMetrics(CONFIG, health);
  await metrics.page();
  const lines = (await metrics.page()).split('\n').map((line) => line.replace(/(\d+)\.9\d+$/, '$1.9'));
  expect(lines).toEqual(
    expect.arrayContaining([
      'cdk8s_kafka_ca_days_left{pki="cluster",ca="3",cluster="events"} 299.9',
      'cdk8s_kafka_issued_certificate_days_left{pki="cluster",secret="events-tls",cluster="events"} 19.9',
      'cdk8s_kafka_rotation_phase{pki="cluster",phase="stable",cluster="events"} 1',
      'cdk8s_kafka_rotation_phase{pki="cluster",phase="trusting",cluster="events"} 0',
      'cdk8s_kafka_rotation_paused{pki="cluster",cluster="events"} 1',
      'cdk8s_kafka_rotation_restarts_pending{pki="cluster",cluster="events"} 0',
      'cdk8s_kafka_authority_failures_total{pki="cluster",cluster="events"} 1',
    ]),
  );
});
