/** A group to run, with all or some of its steps. */
export interface Selection {
  readonly group: string;
  /** Names of steps, in addition to required steps; all if absent. */
  readonly steps?: readonly string[];
}

/** Arguments of the command line. */
export type Request =
  | { readonly kind: 'run'; readonly selections: readonly Selection[]; readonly isShort: boolean }
  | { readonly kind: 'list' }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly message: string };

const OPTIONS = ['--all', '--list', '--short'];

/**
 * Reads a command line. Without arguments, the first group runs without its long steps.
 *
 * @param groups the groups, each with the steps that can be chosen
 */
export function parseArguments(
  args: readonly string[],
  groups: ReadonlyMap<string, readonly string[]>,
): Request {
  const has = (...names: string[]) => args.some((arg) => names.includes(arg));
  if (has('--help', '-h')) {
    return { kind: 'help' };
  }
  const named = args.filter((arg) => !OPTIONS.includes(arg)).map(selectionIn);
  const problem = named.map((selection) => problemIn(selection, groups)).find(Boolean);
  if (problem !== undefined) {
    return { kind: 'invalid', message: problem };
  }
  if (has('--list')) {
    return { kind: 'list' };
  }
  if (has('--all') && named.length > 0) {
    return { kind: 'invalid', message: '--all runs every group; name groups, or use --all' };
  }
  const names = [...groups.keys()];
  if (has('--all')) {
    return { kind: 'run', selections: names.map((group) => ({ group })), isShort: has('--short') };
  }
  if (named.length === 0) {
    return { kind: 'run', selections: [{ group: names[0] }], isShort: true };
  }
  // In the order of the groups, each group once.
  const selections = names.flatMap((group) => {
    const own = named.filter((selection) => selection.group === group);
    const isWhole = own.some(({ steps }) => steps === undefined);
    const steps = isWhole ? undefined : own.flatMap((selection) => selection.steps ?? []);
    return own.length === 0 ? [] : [{ group, ...(steps === undefined ? {} : { steps }) }];
  });
  return { kind: 'run', selections, isShort: has('--short') };
}

function selectionIn(arg: string): Selection {
  const colon = arg.indexOf(':');
  return colon < 0 ? { group: arg } : { group: arg.slice(0, colon), steps: arg.slice(colon + 1).split(',') };
}

function problemIn(
  { group, steps = [] }: Selection,
  groups: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const known = groups.get(group);
  if (known === undefined) {
    const what = group.startsWith('-') ? 'option' : 'group';
    return `there is no ${what} '${group}'; groups are: ${[...groups.keys()].join(', ')}`;
  }
  const unknown = steps.find((step) => !known.includes(step));
  return unknown === undefined
    ? undefined
    : `group ${group} has no step '${unknown}'; steps are: ${known.join(', ')}`;
}
