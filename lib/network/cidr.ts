import { isIP } from 'net';

/** A CIDR block: the bits of its address, and the length of its prefix. */
interface Block {
  readonly version: 4 | 6;
  readonly groups: readonly number[];
  readonly prefix: number;
}

/** Problem of a CIDR block, and the corrected block if it is known. */
export interface CidrProblem {
  readonly problem: string;
  readonly correct?: string;
}

/** The problem of a text that a NetworkPolicy cannot contain as a CIDR block; undefined if it can. */
export function cidrProblem(cidr: string): CidrProblem | undefined {
  const [, address, length] = /^([^/%]{1,45})\/(0|[1-9]\d{0,2})$/.exec(cidr) ?? [];
  const version = isIP(address ?? '');
  const bits = version === 6 ? 128 : 32;
  if (version === 0 || Number(length) > bits) {
    const isAddress = isIP(cidr) !== 0;
    return {
      problem: 'is not a CIDR block',
      correct: isAddress ? `${cidr}/${isIP(cidr) === 6 ? 128 : 32}` : undefined,
    };
  }
  if (version === 6 && address.includes('.')) {
    return { problem: 'is an IPv6 block of IPv4 addresses, which Kubernetes rejects' };
  }
  const block: Block = { version: version as 4 | 6, groups: groupsOf(address), prefix: Number(length) };
  const masked = withoutHostBits(block);
  return masked.every((group, index) => group === block.groups[index])
    ? undefined
    : {
        problem: 'has bits after its prefix, which Kubernetes rejects',
        correct: textOf({ ...block, groups: masked }),
      };
}

/** Numbers of an address: four bytes, or eight groups of 16 bits. */
function groupsOf(address: string): number[] {
  if (!address.includes(':')) {
    return address.split('.').map(Number);
  }
  const [head, tail] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...(tail ?? [])].map((group) => parseInt(group, 16));
}

function withoutHostBits({ version, groups, prefix }: Block): number[] {
  const width = version === 4 ? 8 : 16;
  return groups.map((group, index) => {
    const kept = Math.min(width, Math.max(0, prefix - index * width));
    return group - (group % 2 ** (width - kept));
  });
}

function textOf({ version, groups, prefix }: Block): string {
  if (version === 4) {
    return `${groups.join('.')}/${prefix}`;
  }
  const used = groups.map((group) => group.toString(16));
  while (used[used.length - 1] === '0') {
    used.pop();
  }
  return `${used.length > 6 ? groups.map((group) => group.toString(16)).join(':') : `${used.join(':')}::`}/${prefix}`;
}
