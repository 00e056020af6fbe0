/** What the command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly groups: readonly string[]; readonly isShort: boolean }
  | { readonly kind: 'list' }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string };

/** Reads a command line. Without arguments the first group is asked for, without what takes long. */
export function parseArguments(args: readonly string[], groups: readonly string[]): Request {
  const has = (...names: string[]) => args.some((arg) => names.includes(arg));
  if (has('--help', '-h')) {
    return { kind: 'help' };
  }
  const unknown = args.filter((arg) => !groups.includes(arg) && !['--all', '--list'].includes(arg));
  if (unknown.length > 0) {
    const what = unknown[0].startsWith('-') ? 'option' : 'group';
    return {
      kind: 'mistake',
      message: `there is no ${what} '${unknown[0]}'; groups are: ${groups.join(', ')}`,
    };
  }
  if (has('--list')) {
    return { kind: 'list' };
  }
  const named = groups.filter((group) => args.includes(group));
  if (has('--all') && named.length > 0) {
    return { kind: 'mistake', message: '--all runs every group; name groups, or say --all' };
  }
  if (has('--all')) {
    return { kind: 'run', groups, isShort: false };
  }
  return named.length > 0
    ? { kind: 'run', groups: named, isShort: false }
    : { kind: 'run', groups: groups.slice(0, 1), isShort: true };
}
