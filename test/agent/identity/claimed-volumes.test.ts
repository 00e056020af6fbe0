import { claimedVolumes } from '../../../agent/identity/claimed-volumes';
import { log } from '../../../agent/runtime/log';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';

const CLAIMS = '/api/v1/namespaces/prod/persistentvolumeclaims';
const disk = (claim: string) => ({
  claim,
  mountPath: `/disks/${claim}`,
  logDir: `/disks/${claim}/kafka-log`,
});
const volumes = () => claimedVolumes('prod', 'events-streams-1001', [disk('data-0'), disk('data-1')]);

let api: ApiServer;
let store: ObjectStore;

beforeEach(async () => {
  api = await ApiServer.start();
  store = new ObjectStore();
  api.serves(store);
  jest.spyOn(log, 'info').mockImplementation(() => undefined);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await api.dispose();
});

test('the volumes of all disks, in their order', async () => {
  store.put(`${CLAIMS}/data-0-events-streams-1001`, { spec: { volumeName: 'local-7' } });
  store.put(`${CLAIMS}/data-1-events-streams-1001`, { spec: { volumeName: 'local-8' } });
  expect(await volumes()).toEqual(['local-7', 'local-8']);
});

test('a claim that does not exist has no volume', async () => {
  store.put(`${CLAIMS}/data-1-events-streams-1001`, { spec: { volumeName: 'local-8' } });
  expect(await volumes()).toEqual(['local-8']);
});

test('without the right to read claims, the volumes are not known, and nothing waits for them', async () => {
  api.answers(403, { message: 'persistentvolumeclaims is forbidden' });
  expect(await volumes()).toBeUndefined();
  expect(log.info).toHaveBeenCalledWith('the names of the volumes are not recorded', {
    reason: expect.stringContaining('persistentvolumeclaims is forbidden'),
  });
});
