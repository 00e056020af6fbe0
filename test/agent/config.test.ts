import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, readConfig, readMounted } from '../../agent/runtime/config';
import { brokerConfig, controllerConfig, topicSyncConfig } from './configs';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-config-'));
  path = join(folder, 'agent.json');
});

afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['broker', brokerConfig()],
  ['controller', controllerConfig()],
  ['topics', topicSyncConfig()],
] as const)('reads what lib/ wrote for %s', async (role, config) => {
  await writeFile(path, JSON.stringify(config));
  await expect(readConfig(path, [role])).resolves.toEqual(config);
});

test('refuses the file of another command', async () => {
  await writeFile(path, JSON.stringify(topicSyncConfig()));
  await expect(readConfig(path, ['broker', 'controller'])).rejects.toMatchObject({
    message: `${path}: role is 'topics', this command is for broker, controller`,
    mend: 'run the command that the pod was made for',
    exitCode: 64,
  });
});

test('says that a file is missing', async () => {
  await expect(readConfig(path, ['topics'])).rejects.toMatchObject({
    message: expect.stringMatching(/agent\.json cannot be read: .*ENOENT/),
    mend: 'mount the volume that holds it',
    exitCode: 78,
  });
});

test('says that a file is not JSON', async () => {
  await writeFile(path, '{"role": "broker",');
  await expect(readConfig(path, ['broker'])).rejects.toMatchObject({
    message: expect.stringMatching(/agent\.json is not JSON: ./),
    mend: 'apply the synthesized YAML again',
    exitCode: 78,
  });
});

describe('a file that is not whole:', () => {
  const without = (config: object, ...fields: string[]) =>
    Object.fromEntries(Object.entries(config).filter(([name]) => !fields.includes(name)));

  test.each<[string, unknown, string]>([
    ['null', null, 'role'],
    ['a number', 7, 'role'],
    ['a text', 'broker', 'role'],
    ['a list', [], 'role'],
    ['nothing', {}, 'role'],
    [
      'only the role of a broker',
      { role: 'broker' },
      'statefulSet, brokerIds, internal, advertised, disks, ledger, metadataMode, certificates, stop, forceReadyLimitSeconds',
    ],
    [
      'only the role of a controller',
      { role: 'controller' },
      'statefulSet, voters, listener, disks, ledger, quorum, certificates, stop, forceReadyLimitSeconds',
    ],
    ['only the role of topics', { role: 'topics' }, 'brokersHost, internal, maps, patienceSeconds'],
    ['a broker without disks', without(brokerConfig(), 'disks'), 'disks'],
    [
      'a controller without voters and quorum',
      without(controllerConfig(), 'voters', 'quorum'),
      'voters, quorum',
    ],
    [
      'a broker without a limit to forced readiness',
      without(brokerConfig(), 'forceReadyLimitSeconds'),
      'forceReadyLimitSeconds',
    ],
    [
      'a controller without one',
      without(controllerConfig(), 'forceReadyLimitSeconds'),
      'forceReadyLimitSeconds',
    ],
    ['topics without maps', without(topicSyncConfig(), 'maps'), 'maps'],
  ])('%s', async (_, content, missing) => {
    await writeFile(path, JSON.stringify(content));
    await expect(readConfig(path, ['broker', 'controller', 'topics'])).rejects.toMatchObject({
      message: `${path} has no ${missing}`,
      mend: 'apply the synthesized YAML again',
      exitCode: 78,
    });
  });
});

describe('a mounted file', () => {
  test('is read', async () => {
    await writeFile(path, 'é\n');
    await expect(readMounted(path)).resolves.toBe('é\n');
  });

  test('is missing', async () => {
    await expect(readMounted(path)).rejects.toMatchObject({
      message: expect.stringMatching(/agent\.json cannot be read: .*ENOENT: no such file/),
      mend: 'mount the volume that holds it',
      exitCode: 78,
    });
  });
});

describe('a variable of the pod', () => {
  const NAME = 'CDK8S_KAFKA_TEST';

  afterEach(() => {
    delete process.env[NAME];
  });

  test('is read', () => {
    process.env[NAME] = 'events-streams-1001';
    expect(environment(NAME)).toBe('events-streams-1001');
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
  ])('fails when it is %s', (_, value) => {
    if (value !== undefined) {
      process.env[NAME] = value;
    }
    expect(() => environment(NAME)).toThrow(
      expect.objectContaining({
        message: 'environment variable CDK8S_KAFKA_TEST is missing',
        mend: 'apply the synthesized YAML again',
        exitCode: 78,
      }),
    );
  });
});
