/* DNS settings and host aliases of pods. Kubernetes would reject the pod, or the StatefulSet would create none. */
import { CommonPodProps } from '../../../lib';
import { newBrokers, newCluster } from '../../support/cases';
import { messageOf, newChart } from '../../support/testing';

const failureOf = (props: CommonPodProps) => messageOf(() => newBrokers(newCluster(newChart()), props));

const ALIAS = { ip: '10.0.0.7', hostnames: ['registry.example.com'] };
const items = (count: number, item: string) => Array.from({ length: count }, () => item);

test.each<CommonPodProps>([
  { hostAliases: [{ ...ALIAS, ip: '2001:db8::1' }] },
  { dns: { nameservers: ['10.0.0.1', '::1', '::ffff:10.0.0.1'], searches: items(32, 'example.com') } },
  { dns: { searches: ['.', 'example.com.', '_tcp.example.com', 'a'] } },
])('accept %j', (props) => {
  expect(failureOf(props)).toBe('nothing was thrown');
});

test.each(['not-an-ip', '10.0.0.0/8', '010.0.0.1', 'fe80::1%eth0', ''])('fails for the address %j', (ip) => {
  expect(failureOf({ hostAliases: [{ ...ALIAS, ip }] })).toBe(
    `hostAliases[0].ip of a BrokerStatefulSet is "${ip}"; write an IP address, for example '10.0.0.1'`,
  );
  expect(failureOf({ dns: { nameservers: ['10.0.0.1', ip] } })).toBe(
    `dns.nameservers[1] of a BrokerStatefulSet is "${ip}"; write an IP address, for example '10.0.0.10'`,
  );
});

test.each(['UPPER CASE', 'a_b', 'a..b', 'example.com.', ''])('fails for the host name %j', (name) => {
  expect(failureOf({ hostAliases: [{ ...ALIAS, hostnames: [name] }] })).toBe(
    `hostAliases[0].hostnames[0] of a BrokerStatefulSet is "${name}"; write a host name of lower-case letters, digits, '-' ` +
      "and '.', for example 'kafka.example.com'",
  );
});

test('fails for an entry without host names', () => {
  expect(failureOf({ hostAliases: [{ ...ALIAS, hostnames: [] }] })).toBe(
    "hostAliases[0].hostnames of a BrokerStatefulSet are empty; give at least one, such as 'kafka.example.com', or leave out " +
      'the entry',
  );
});

test.each(['x y', 'Example.com', 'a..b', '-a', '..', ''])('fails for the search domain %j', (domain) => {
  expect(failureOf({ dns: { searches: [domain] } })).toBe(
    `dns.searches[0] of a BrokerStatefulSet is "${domain}"; write a domain of lower-case letters, digits, '-' and '.', for ` +
      "example 'example.com'",
  );
});

test('fails for more items than Kubernetes takes', () => {
  expect(failureOf({ dns: { nameservers: items(4, '10.0.0.1') } })).toBe(
    'dns.nameservers of a BrokerStatefulSet have 4 items, and Kubernetes takes 3; leave out 1',
  );
  expect(failureOf({ dns: { searches: items(34, 'example.com') } })).toBe(
    'dns.searches of a BrokerStatefulSet have 34 items, and Kubernetes takes 32; leave out 2',
  );
});
