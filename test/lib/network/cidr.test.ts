import fc from 'fast-check';
import { BlockList, isIP } from 'net';
import { NetworkPeer } from '../../../lib';
import { cidrProblem } from '../../../lib/network/cidr';
import { messageOf } from '../../support/testing';

const check = (cidr: unknown) => messageOf(() => NetworkPeer.addresses(cidr as string));
const EXAMPLE = "write an address and the length of its prefix, for example '10.0.0.0/8'";
const BITS = 'has bits after its prefix, which Kubernetes rejects';

test.each<[cidr: unknown, shown: string, rest: string]>([
  ['10.0.0.5/8', '"10.0.0.5/8"', `${BITS}; write '10.0.0.0/8'`],
  ['10.1.255.255/15', '"10.1.255.255/15"', `${BITS}; write '10.0.0.0/15'`],
  ['10.0.0.1/0', '"10.0.0.1/0"', `${BITS}; write '0.0.0.0/0'`],
  ['fd00::1/64', '"fd00::1/64"', `${BITS}; write 'fd00::/64'`],
  ['fd00:1:2:3:4:5:6:7/127', '"fd00:1:2:3:4:5:6:7/127"', `${BITS}; write 'fd00:1:2:3:4:5:6:6/127'`],
  ['10.0.0.5', '"10.0.0.5"', "is not a CIDR block; write '10.0.0.5/32'"],
  ['fd00::1', '"fd00::1"', "is not a CIDR block; write 'fd00::1/128'"],
  ['10.0.0.0/33', '"10.0.0.0/33"', `is not a CIDR block; ${EXAMPLE}`],
  ...[
    '999.1.1.1/8',
    '10.0.0.0/08',
    '10.0.0/8',
    'fe80::/129',
    ':::/8',
    'fe80::1%eth0/64',
    'example.com/8',
    '/8',
    '',
  ].map((cidr): [string, string, string] => [cidr, `"${cidr}"`, `is not a CIDR block; ${EXAMPLE}`]),
  [
    '::ffff:10.0.0.0/104',
    '"::ffff:10.0.0.0/104"',
    `is an IPv6 block of IPv4 addresses, which Kubernetes rejects; ${EXAMPLE}`,
  ],
  [['10.0.0.0/8'], '["10.0.0.0/8"]', `is not a text; ${EXAMPLE}`],
  [undefined, 'undefined', `is not a text; ${EXAMPLE}`],
])('fails for %p', (cidr, shown, rest) => {
  expect(check(cidr)).toBe(`the addresses ${shown} of a NetworkPeer ${rest}`);
});

test.each(['10.0.0.0/8', '0.0.0.0/0', '10.0.0.5/32', '::/0', 'fd00::/8', 'fd00::1/128'])(
  'accepts %s',
  (cidr) => {
    expect(check(cidr)).toBe('nothing was thrown');
  },
);

test('the corrected block is valid and contains the address', () => {
  const anyAddress = fc.oneof(
    fc.ipV4(),
    fc.ipV6().filter((address) => !address.includes('.')),
  );
  fc.assert(
    fc.property(anyAddress, fc.nat({ max: 32 }), (address, prefix) => {
      const { correct = `${address}/${prefix}` } = cidrProblem(`${address}/${prefix}`) ?? {};
      const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
      const blocks = new BlockList();
      blocks.addSubnet(correct.split('/')[0], prefix, family);

      expect(cidrProblem(correct)).toBeUndefined();
      expect(blocks.check(address, family)).toBe(true);
    }),
  );
});
