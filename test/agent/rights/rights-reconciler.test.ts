import { Right, grant, revoke, rightsOf } from '../../../agent/kafka/acls';
import { KafkaSession, KafkaUnavailable } from '../../../agent/kafka/connection';
import { log } from '../../../agent/runtime/log';
import { RightsReconciler } from '../../../agent/rights/rights-reconciler';
import { ProgramRightsConfig } from '../../../lib/seam/agent-config';
import { brokerConfig } from '../configs';
import { clusterOf } from '../views';

jest.mock('../../../agent/kafka/connection', () => ({
  ...jest.requireActual('../../../agent/kafka/connection'),
  KafkaSession: { with: jest.fn() },
}));
jest.mock('../../../agent/kafka/acls', () => ({
  rightsOf: jest.fn(),
  grant: jest.fn(),
  revoke: jest.fn(),
}));

const PRINCIPAL = 'User:CN=events-topics';
const ALL_BROKERS = clusterOf({ brokers: [1001, 1002, 1003] });
const MINUTE = 60_000;

let now: number;
let warnings: string[];
let existing: Right[] | undefined;
let config: ProgramRightsConfig | undefined;

beforeEach(() => {
  now = 0;
  warnings = [];
  existing = [];
  config = { program: 'topics', principal: PRINCIPAL, canDelete: false };
  jest.spyOn(log, 'info').mockImplementation(() => undefined);
  jest.spyOn(log, 'warn').mockImplementation((_, { reason } = {}) => void warnings.push(String(reason)));
  jest
    .mocked(KafkaSession.with)
    .mockImplementation(async (_, __, requests) => requests(undefined as unknown as KafkaSession));
  jest.mocked(rightsOf).mockImplementation(async () => existing);
  jest
    .mocked(grant)
    .mockReset()
    .mockImplementation(async (_, __, added) => {
      existing = [...(existing ?? []), ...added];
    });
  jest.mocked(revoke).mockReset().mockResolvedValue();
});
afterEach(() => jest.restoreAllMocks());

const reconcilerOf = (self: number) =>
  new RightsReconciler(
    brokerConfig(),
    self,
    async () => (config === undefined ? [] : [config]),
    () => now,
  );

async function reconcile(reconciler: RightsReconciler, view = ALL_BROKERS): Promise<void> {
  reconciler.reconcile(view);
  await new Promise((resolve) => setImmediate(resolve));
}

test('the first live broker of the map grants the missing rights once', async () => {
  const first = reconcilerOf(1001);
  await reconcile(reconcilerOf(1002));
  expect(grant).not.toHaveBeenCalled();
  await reconcile(first);
  now = 2 * MINUTE;
  await reconcile(first);
  expect(grant).toHaveBeenCalledTimes(1);
  expect(jest.mocked(grant).mock.calls[0][1]).toBe(PRINCIPAL);
});

test('the next broker does so while the first one is down', async () => {
  await reconcile(reconcilerOf(1002), clusterOf({ brokers: [1002, 1003] }));
  expect(grant).toHaveBeenCalledTimes(1);
});

test('the next broker does so after a minute if the agent of the first one does not', async () => {
  const second = reconcilerOf(1002);
  await reconcile(second);
  now = MINUTE - 1;
  await reconcile(second);
  expect(grant).not.toHaveBeenCalled();
  now = MINUTE;
  await reconcile(second);
  expect(grant).toHaveBeenCalledTimes(1);
});

test('a broker of another map does nothing', async () => {
  const other = reconcilerOf(9);
  await reconcile(other);
  now = 10 * MINUTE;
  await reconcile(other);
  expect(grant).not.toHaveBeenCalled();
});

test('rights that somebody has deleted are granted again within a minute', async () => {
  const reconciler = reconcilerOf(1001);
  await reconcile(reconciler);
  existing = [];
  now = MINUTE - 1;
  await reconcile(reconciler);
  expect(grant).toHaveBeenCalledTimes(1);
  now = MINUTE;
  await reconcile(reconciler);
  expect(grant).toHaveBeenCalledTimes(2);
});

test('the right to delete topics follows the configuration', async () => {
  config = { program: 'topics', principal: PRINCIPAL, canDelete: true };
  const reconciler = reconcilerOf(1001);
  await reconcile(reconciler);
  expect(existing).toContainEqual({ resource: 'topics', operation: 'delete' });
  config = { program: 'topics', principal: PRINCIPAL, canDelete: false };
  now = MINUTE;
  await reconcile(reconciler);
  expect(jest.mocked(revoke).mock.calls[0][2]).toEqual([{ resource: 'topics', operation: 'delete' }]);
});

test.each([
  ['the cluster has no authorizer', () => (existing = undefined)],
  ['the topic synchronization is a super user', () => (config = undefined)],
])('nothing is granted if %s', async (_, prepare) => {
  prepare();
  await reconcile(reconcilerOf(1001));
  expect(grant).not.toHaveBeenCalled();
  expect(warnings).toEqual([]);
});

test('a failure is logged once, and tried again', async () => {
  jest.mocked(grant).mockRejectedValue(new KafkaUnavailable('the broker does not create an ACL: denied'));
  const reconciler = reconcilerOf(1001);
  for (now of [0, MINUTE, 2 * MINUTE]) {
    await reconcile(reconciler);
  }
  expect(grant).toHaveBeenCalledTimes(3);
  expect(warnings).toEqual(['the broker does not create an ACL: denied']);
});
