import { isIP } from 'net';
import { DnsOption, DnsPolicy, HostAlias } from 'cdk8s-plus-27';
import { format } from '../input/format';
import { Kind, enumOf, listOf, text } from '../input/kinds';
import { PropTable, optional, required, struct } from '../input/props';
import { SUBDOMAIN } from '../kubernetes/names';

/** DNS settings of a pod. */
export interface PodDnsOptions {
  /**
   * DNS policy. With `DnsPolicy.NONE`, `nameservers` is needed.
   *
   * @default DnsPolicy.CLUSTER_FIRST
   */
  readonly policy?: DnsPolicy;

  /**
   * IP addresses of DNS servers, at most three.
   *
   * @default - those of the policy
   */
  readonly nameservers?: string[];

  /**
   * Search domains, at most 32.
   *
   * @default - those of the policy
   */
  readonly searches?: string[];

  /**
   * Resolver options, for example `{ name: 'ndots', value: '2' }`.
   *
   * @default - those of the policy
   */
  readonly options?: DnsOption[];
}

/** A text that a function checks. */
function textLike(isValid: (value: string) => boolean, example: string, remedy: string): Kind<string> {
  const any = text(example);
  return {
    ...any,
    assert: (what, value) => {
      any.assert(what, value);
      if (!isValid(value as string)) {
        throw new Error(`${what} is ${format(value)}; ${remedy}, for example '${example}'`);
      }
    },
  };
}

/** A list with a maximum number of items, that of Kubernetes. */
function atMost<T>(limit: number, item: Kind<T>): Kind<T[]> {
  const list = listOf(item);
  return {
    ...list,
    assert: (what, value) => {
      list.assert(what, value);
      const { length } = value as T[];
      if (length > limit) {
        throw new Error(
          `${what} have ${length} items, and Kubernetes takes ${limit}; leave out ${length - limit}`,
        );
      }
    },
  };
}

// Kubernetes accepts no zone of an IPv6 address.
const ipAddress = (example: string): Kind<string> =>
  textLike((value) => isIP(value) !== 0 && !value.includes('%'), example, 'write an IP address');

const HOST_NAME = textLike(
  (value) => value.length <= 253 && SUBDOMAIN.test(value),
  'kafka.example.com',
  "write a host name of lower-case letters, digits, '-' and '.'",
);
/** Kubernetes accepts a dot at the end, and `_` since 1.33. */
const SEARCH_DOMAIN = textLike(
  (value) =>
    value === '.' ||
    (value.length <= 254 &&
      /^[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*\.?$/.test(value)),
  'example.com',
  "write a domain of lower-case letters, digits, '-' and '.'",
);

const DNS_OPTION: PropTable<DnsOption> = { name: required(text('ndots')), value: optional(text('2')) };

/** Properties of PodDnsOptions. */
export const POD_DNS_OPTIONS: PropTable<PodDnsOptions> = {
  policy: optional(enumOf(DnsPolicy)),
  nameservers: optional(atMost(3, ipAddress('10.0.0.10'))),
  searches: optional(atMost(32, SEARCH_DOMAIN)),
  options: optional(listOf(struct(DNS_OPTION))),
};

const HOST_NAMES = listOf(HOST_NAME);

/** Properties of HostAlias. */
export const HOST_ALIAS: PropTable<HostAlias> = {
  hostnames: required({
    ...HOST_NAMES,
    assert: (what: string, value: unknown) => {
      HOST_NAMES.assert(what, value);
      if ((value as string[]).length === 0) {
        throw new Error(
          `${what} are empty; give at least one, such as ${HOST_NAME.example}, or leave out the entry`,
        );
      }
    },
  }),
  ip: required(ipAddress('10.0.0.1')),
};

/**
 * DNS fields of a pod's spec.
 *
 * @throws when a pod would have no DNS server
 */
export function dnsFields(owner: string, dns: PodDnsOptions): object {
  const { policy, nameservers, searches, options } = dns;
  if (policy === DnsPolicy.NONE && !nameservers?.length) {
    throw new Error(`dns of ${owner} has the policy 'None' and no nameservers; give at least one nameserver`);
  }
  const config = { nameservers, searches, options };
  const isEmpty = Object.values(config).every((value) => value === undefined);
  return {
    ...(policy === undefined ? {} : { dnsPolicy: policy }),
    ...(isEmpty ? {} : { dnsConfig: config }),
  };
}
