/* The wait for the mount of a local volume, with the mounts of this machine: /proc is a file system of its own, without a size. */
import { waitForMounts } from '../../../agent/identity/disk-mounts';
import * as events from '../../../agent/kubernetes/events';
import { log } from '../../../agent/runtime/log';
import { brokerConfig } from '../configs';

const POD = { kind: 'Pod', name: 'events-streams-1001', uid: 'pod-1' };
const MESSAGE =
  '/proc is not the local volume of claim data-0-events-streams-1001, which requests 1 GiB: its file system has 0 bytes, ' +
  'less than the claim requests. The disk is probably not mounted on node node-7';

let warnings: string[];
let recorded: string[];
let stop: AbortController;

beforeEach(() => {
  warnings = [];
  recorded = [];
  stop = new AbortController();
  process.env.NODE_NAME = 'node-7';
  jest.spyOn(log, 'warn').mockImplementation((message) => {
    warnings.push(message);
    stop.abort(new Error('enough'));
  });
  jest
    .spyOn(events, 'recordEvent')
    .mockImplementation(async (_namespace, _involved, _type, reason, message) => {
      recorded.push(`${reason}: ${message}`);
    });
});

afterEach(() => {
  delete process.env.NODE_NAME;
  jest.restoreAllMocks();
});

async function wait(kind: 'current' | 'empty' | 'old', localVolumeBytes: number | undefined): Promise<void> {
  const disks = [{ claim: 'data-0', mountPath: '/proc', logDir: '/proc/kafka-log' }];
  const states = [{ logDir: '/proc/kafka-log', kind }];
  await waitForMounts(brokerConfig({ disks, localVolumeBytes }), POD, states, stop.signal);
}

test.each(['empty', 'old'] as const)('an %s disk that is not its volume blocks the start', async (kind) => {
  await expect(wait(kind, 1024 ** 3)).rejects.toThrow('enough');
  const remedy =
    'Run kubectl cordon node-7 and kubectl -n prod delete pod events-streams-1001, mount the disk, and run kubectl uncordon node-7: ' +
    'a disk that is mounted while this pod exists is unmounted again with the pod';
  expect(warnings).toEqual([`waiting: ${MESSAGE}. ${remedy}`]);
  expect(recorded).toEqual([`DiskNotMounted: ${MESSAGE}. ${remedy}`]);
});

test('a disk with the data of the last start only warns: the data proves it', async () => {
  await wait('current', 1024 ** 3);
  expect(warnings).toEqual([`${MESSAGE}; the server starts, because its data is there`]);
  expect(recorded).toEqual([]);
});

test('network volumes and folders of a shared file system are not checked', async () => {
  await wait('empty', undefined);
  expect(warnings).toEqual([]);
});

test('a volume of the size of the claim is its volume', async () => {
  await wait('empty', 0);
  expect(warnings).toEqual([]);
});
