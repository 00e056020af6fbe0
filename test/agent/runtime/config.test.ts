import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, readConfig, readMounted } from '../../../agent/runtime/config';
import { brokerConfig, controllerConfig, topicSyncConfig } from '../configs';

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
] as const)('reads the configuration that lib/ writes for %s', async (role, config) => {
  await writeFile(path, JSON.stringify(config));
  await expect(readConfig(path, [role])).resolves.toEqual(config);
});

test('rejects the file of another command', async () => {
  await writeFile(path, JSON.stringify(topicSyncConfig()));
  await expect(readConfig(path, ['broker', 'controller'])).rejects.toMatchObject({
    message: `${path}: role is 'topics', this command needs role broker or controller`,
    hint: 'run the command that the pod template contains',
    exitCode: 64,
  });
});

test('reports a missing file', async () => {
  await expect(readConfig(path, ['topics'])).rejects.toMatchObject({
    message: expect.stringMatching(/agent\.json cannot be read: .*ENOENT/),
    hint: 'mount the volume that contains this file',
    exitCode: 78,
  });
});

test('reports a file that is not JSON', async () => {
  await writeFile(path, '{"role": "broker",');
  await expect(readConfig(path, ['broker'])).rejects.toMatchObject({
    message: expect.stringMatching(/agent\.json is not JSON: ./),
    hint: 'apply the synthesized YAML again',
    exitCode: 78,
  });
});

describe('an incomplete file:', () => {
  const without = (config: object, ...fields: string[]) =>
    Object.fromEntries(Object.entries(config).filter(([name]) => !fields.includes(name)));

  test.each<[string, unknown, string]>([
    ['null', null, 'role'],
    ['a number', 7, 'role'],
    ['a string', 'broker', 'role'],
    ['a list', [], 'role'],
    ['an empty object', {}, 'role'],
    [
      'only the role of a broker',
      { role: 'broker' },
      'statefulSet, disks, ledgerConfigMap, certificates, stop, maxForceSeconds, zoneLabel, brokerIds, ' +
        'internalListener, advertisedListeners, metadataMode',
    ],
    [
      'only the role of a controller',
      { role: 'controller' },
      'statefulSet, disks, ledgerConfigMap, certificates, stop, maxForceSeconds, voters, listener, quorumKind',
    ],
    [
      'only the role of topics',
      { role: 'topics' },
      'namespace, bootstrapHost, internalListener, maps, lists, drift, statusConfigMap, brokerWaitTimeoutSeconds',
    ],
    ['a broker without disks', without(brokerConfig(), 'disks'), 'disks'],
    [
      'a controller without voters and quorumKind',
      without(controllerConfig(), 'voters', 'quorumKind'),
      'voters, quorumKind',
    ],
    ['a broker without a limit for overrides', without(brokerConfig(), 'maxForceSeconds'), 'maxForceSeconds'],
    [
      'a controller without a limit for overrides',
      without(controllerConfig(), 'maxForceSeconds'),
      'maxForceSeconds',
    ],
    ['topics without maps', without(topicSyncConfig(), 'maps'), 'maps'],
  ])('%s', async (_, content, missing) => {
    await writeFile(path, JSON.stringify(content));
    await expect(readConfig(path, ['broker', 'controller', 'topics'])).rejects.toMatchObject({
      message: `${path}: missing fields ${missing}`,
      hint: 'apply the synthesized YAML again',
      exitCode: 78,
    });
  });
});

describe('a mounted file', () => {
  test('is read', async () => {
    await writeFile(path, 'é\n');
    await expect(readMounted(path)).resolves.toBe('é\n');
  });

  test('is reported when it is missing', async () => {
    await expect(readMounted(path)).rejects.toMatchObject({
      message: expect.stringMatching(/agent\.json cannot be read: .*ENOENT: no such file/),
      hint: 'mount the volume that contains this file',
      exitCode: 78,
    });
  });
});

describe('an environment variable', () => {
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
        hint: 'apply the synthesized YAML again',
        exitCode: 78,
      }),
    );
  });
});
