import { Folder } from '../../../agent/certificates/folder';
import * as events from '../../../agent/kubernetes/events';
import { certificateReconcilers } from '../../../agent/serve/certificates';
import { TestAuthority } from '../certificates/test-authority';
import { brokerConfig } from '../configs';

afterEach(() => jest.restoreAllMocks());

test('what is said of certificates is said of the pod that runs, so that it is among what describes it', async () => {
  // GIVEN
  const ca = await TestAuthority.create('ca');
  const { key, certificate } = await ca.issue();
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stores = { keyStore: `${key}${certificate}`, trustStore: ca.certificate };
  jest.spyOn(Folder.prototype, 'readStores').mockResolvedValue(stores);
  jest.spyOn(Folder.prototype, 'readSource').mockResolvedValue({ certificate: '', key: '', trusted: '' });
  const record = jest.spyOn(events, 'recordEvent').mockResolvedValue();
  const none = () => undefined;
  const report = { inUse: none, reloaded: none, failed: none, refused: none, restartPending: none };
  const set = { folder: 'metadata', hasLeaf: true, dnsNames: [], reload: 'restart' as const };
  const config = { ...brokerConfig(), certificates: [set] };

  // WHEN
  const [keeper] = certificateReconcilers(config, 1001, { name: 'events-streams-1001', uid: 'a-b-c' }, report);
  await keeper.reconcile();
  await keeper.reconcile();

  // THEN
  const pod = { kind: 'Pod', name: 'events-streams-1001', uid: 'a-b-c' };
  expect(record.mock.calls.map(([, about]) => about)).toEqual([pod]);
});
