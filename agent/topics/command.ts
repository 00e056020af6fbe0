import { EXIT, OperatorError } from '../runtime/errors';

/** Command of the Jobs of the topic synchronization. */
export type TopicsCommand =
  { readonly kind: 'synchronize'; readonly expectedPlan?: string } | { readonly kind: 'snapshot' };

const EXPECTED_PLAN = /^--expected-plan=([0-9a-f]{16})$/;

/**
 * Parses the arguments after agent.json.
 *
 * @throws OperatorError if an argument is unknown
 */
export function topicsCommand(args: readonly string[]): TopicsCommand {
  const [first, ...others] = args;
  const expectedPlan = EXPECTED_PLAN.exec(first ?? '')?.[1];
  if (others.length === 0 && first === 'snapshot') {
    return { kind: 'snapshot' };
  }
  if (others.length === 0 && (first === undefined || expectedPlan !== undefined)) {
    return { kind: 'synchronize', expectedPlan };
  }
  throw new OperatorError(
    `arguments are '${args.join(' ')}'; none, 'snapshot' or '--expected-plan=<16 hexadecimal digits>' are expected`,
    'use the arguments of the synthesized YAML',
    EXIT.usage,
  );
}
