import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { featuresIn, readFinalizedFeatures } from '../../../agent/identity/metadata-log';

/** A FeatureLevelRecord as Kafka 4.4.0 writes it. */
function record(name: string, level: number): Buffer {
  const text = Buffer.from(name);
  return Buffer.from([1, 12, 0, text.length + 1, ...text, level >> 8, level & 255, 0, 0]);
}

test('finds the features between other records; a later level replaces an earlier one', () => {
  const bytes = Buffer.concat([
    Buffer.from('0001020c00ff', 'hex'),
    record('metadata.version', 30),
    Buffer.from([1, 12, 0, 9, 0, 0]),
    record('share.version', 1),
    Buffer.from('noise'),
    record('metadata.version', 33),
  ]);
  expect(Object.fromEntries(featuresIn(bytes))).toEqual({ 'metadata.version': 33, 'share.version': 1 });
});

test('ignores a record that is cut off', () => {
  const whole = record('metadata.version', 33);
  for (let length = 0; length < whole.length - 2; length++) {
    expect(featuresIn(whole.subarray(0, length)).size).toBe(0);
  }
});

test('accepts any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 5 }), (before, after) => {
      const bytes = Buffer.concat([before, record('metadata.version', 33), after]);
      expect(featuresIn(bytes).get('metadata.version')).toBe(33);
    }),
  );
});

describe('on a disk', () => {
  let logDir: string;
  const write = (name: string, content: Buffer) => {
    mkdirSync(join(logDir, '__cluster_metadata-0'), { recursive: true });
    writeFileSync(join(logDir, '__cluster_metadata-0', name), content);
  };
  beforeEach(() => void (logDir = mkdtempSync(join(tmpdir(), 'metadata-'))));
  afterEach(() => rmSync(logDir, { recursive: true }));
  const read = async () => Object.fromEntries(await readFinalizedFeatures(logDir));

  test('reads the newest snapshot, then the log', async () => {
    write('00000000000000000000-0000000000.checkpoint', record('metadata.version', 29));
    write('00000000000000000900-0000000003.checkpoint', record('metadata.version', 30));
    expect(await read()).toEqual({ 'metadata.version': 30 });
    write('00000000000000000900.log', record('metadata.version', 33));
    expect(await read()).toEqual({ 'metadata.version': 33 });
  });

  test('finds a record at any place of a long log', async () => {
    const four = 4 * 1024 * 1024;
    write(
      '00000000000000000000.log',
      Buffer.concat([Buffer.alloc(four - 10), record('metadata.version', 33), Buffer.alloc(100)]),
    );
    expect(await read()).toEqual({ 'metadata.version': 33 });
  });

  test('an empty disk has no features', async () => {
    expect(await read()).toEqual({});
  });
});
