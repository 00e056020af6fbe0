import { log } from '../../../agent/runtime/log';

test('a long text is cut', () => {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  log.warn('waiting', { reason: 'x'.repeat(10_000_000), hosts: ['y'.repeat(9_000), 'z'] });
  const [[line]] = write.mock.calls;
  write.mockRestore();
  expect(JSON.parse(String(line))).toMatchObject({
    level: 'warn',
    message: 'waiting',
    reason: `${'x'.repeat(8_192)}…`,
    hosts: [`${'y'.repeat(8_192)}…`, 'z'],
  });
});
