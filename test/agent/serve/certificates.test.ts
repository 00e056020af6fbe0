import { Folder } from '../../../agent/certificates/folder';
import * as events from '../../../agent/kubernetes/events';
import { certificateReconcilers } from '../../../agent/serve/certificates';
import { TestAuthority } from '../certificates/test-authority';
import { brokerConfig } from '../configs';

afterEach(() => jest.restoreAllMocks());

test('Events about certificates refer to the running pod, so that kubectl describe shows them', async () => {
  // GIVEN
  const ca = await TestAuthority.create('ca');
  const { key, certificate } = await ca.issue();
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stores = { keyStore: `${key}${certificate}`, trustStore: ca.certificate };
  jest.spyOn(Folder.prototype, 'readStores').mockResolvedValue(stores);
  jest.spyOn(Folder.prototype, 'readSource').mockResolvedValue({ certificate: '', key: '', trusted: '' });
  const record = jest.spyOn(events, 'recordEvent').mockResolvedValue();
  const none = () => undefined;
  const recorder = { inUse: none, reloaded: none, failed: none, invalid: none, restartPending: none };
  const set = { folder: 'metadata', hasCertificate: true, dnsNames: [], reload: 'restart' as const };
  const config = { ...brokerConfig(), certificates: [set] };

  // WHEN
  const [reconciler] = certificateReconcilers(
    config,
    1001,
    { name: 'events-streams-1001', uid: 'a-b-c' },
    recorder,
  );
  await reconciler.reconcile();
  await reconciler.reconcile();

  // THEN
  const pod = { kind: 'Pod', name: 'events-streams-1001', uid: 'a-b-c' };
  expect(record.mock.calls.map(([, about]) => about)).toEqual([pod]);
});
