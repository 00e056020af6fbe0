import { OperatorError } from '../../../agent/runtime/errors';
import { assertSameNamespace } from '../../../agent/runtime/namespace';

test('a pod runs in the namespace of its configuration', () => {
  expect(() => assertSameNamespace('kafka', 'kafka\n')).not.toThrow();
});

test('fails when a tool has moved the objects to another namespace', () => {
  const move = () => assertSameNamespace('kafka', 'staging');

  expect(move).toThrow(OperatorError);
  expect(move).toThrow(
    expect.objectContaining({
      message: "this pod runs in namespace 'staging', and its configuration is for namespace 'kafka'",
      hint:
        "set the namespace of the Chart to 'staging' and synthesize again: addresses and certificates contain the " +
        'namespace, so a tool such as Kustomize must not change it in the YAML',
    }),
  );
});
