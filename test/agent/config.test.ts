import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, readConfig } from '../../agent/config';
import { brokerConfig, topicSyncConfig } from './configs';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-config-'));
  path = join(folder, 'agent.json');
});

afterEach(() => rm(folder, { recursive: true }));

test('reads what lib/ wrote', async () => {
  await writeFile(path, JSON.stringify(brokerConfig()));
  await expect(readConfig(path, ['broker', 'controller'])).resolves.toEqual(brokerConfig());
});

test('refuses the file of another command', async () => {
  await writeFile(path, JSON.stringify(topicSyncConfig()));
  await expect(readConfig(path, ['broker', 'controller'])).rejects.toMatchObject({
    message: `${path}: role is 'topics', this command is for broker and controller`,
    mend: 'run the command that the pod was made for',
    exitCode: 64,
  });
});

test('says that a file is missing', async () => {
  await expect(readConfig(path, ['topics'])).rejects.toMatchObject({
    message: expect.stringMatching(/agent\.json cannot be read: .*ENOENT/),
    mend: 'mount the ConfigMap that holds it',
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
