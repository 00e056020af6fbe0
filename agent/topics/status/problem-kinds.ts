/** Kinds of problems, the most urgent first. */
export const PROBLEM_KINDS = [
  'unreachable',
  'invalid',
  'refused',
  'rejected',
  'waiting',
  'drift',
  'unmanaged',
  'prune',
] as const;

/** Kind of a problem. */
export type ProblemKind = (typeof PROBLEM_KINDS)[number];
