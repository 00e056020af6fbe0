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
const seconds = (time: string) => Date.parse(time) / 1000;
const [CA_EXPIRY, CERTIFICATE_EXPIRY] = [inDays(300), inDays(20)];
const issued = { fingerprint: 'f', serial: '4f', issued: inDays(0) };
const state = {
  ...firstState({ ...issued, number: 3, notAfter: CA_EXPIRY }, {}, Date.now()),
  certificates: {
    'events-tls': { ...issued, ca: 3, commonName: 'events', dnsNames: [], notAfter: CERTIFICATE_EXPIRY },
  },
};

let health: AuthorityHealth;

beforeEach(() => {
  health = new AuthorityHealth(CONFIG, 0);
});

test.each([
  [
    'not ready before the first reconciliation',
    undefined,
    { ready: false, reason: 'cluster: not reconciled yet' },
  ],
  [
    'not ready while a Secret is outdated',
    ['events-tls'],
    { ready: false, reason: 'cluster: certificates are not issued yet: events-tls' },
  ],
  ['ready once all certificates are issued', [], { ready: true, reason: 'all certificates are issued' }],
])('is %s', (_, outdatedSecrets, verdict) => {
  if (outdatedSecrets) health.publish('cluster', { state, outdatedSecrets, paused: false }, 0);
  expect(health.current()).toEqual(verdict);
});

test('is alive while reconciliations complete, even if they fail', () => {
  health.recordFailure('cluster', 1_000_000);
  expect(health.isAlive(1_600_000)).toBe(true);
  expect(health.isAlive(1_600_001)).toBe(false);
});

test('metrics show expiries, phases and failures', async () => {
  health.publish('cluster', { state, outdatedSecrets: [], paused: true }, 0);
  health.recordFailure('cluster', 0);
  const metrics = new AuthorityMetrics(CONFIG, health);
  await metrics.page();
  const lines = (await metrics.page()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      `cdk8s_kafka_issued_ca_expiry_timestamp_seconds{pki="cluster",ca="3",cluster="events"} ${seconds(CA_EXPIRY)}`,
      `cdk8s_kafka_issued_certificate_expiry_timestamp_seconds{pki="cluster",secret="events-tls",cluster="events"} ${seconds(CERTIFICATE_EXPIRY)}`,
      'cdk8s_kafka_rotation_phase{pki="cluster",phase="stable",cluster="events"} 1',
      'cdk8s_kafka_rotation_phase{pki="cluster",phase="distributing-ca",cluster="events"} 0',
      'cdk8s_kafka_rotation_paused{pki="cluster",cluster="events"} 1',
      'cdk8s_kafka_rotation_rollout_pending{pki="cluster",cluster="events"} 0',
      'cdk8s_kafka_agent_problem{kind="api-server-unreachable",cluster="events"} 0',
      'cdk8s_kafka_authority_reconcile_failures_total{pki="cluster",cluster="events"} 1',
    ]),
  );
});
