import { LogFields } from '../runtime/log';
import { earliestExpiry } from './bundle';
import { Stores } from './validation';
import { formatDistinguishedName } from './names';

/** What a line of the log says about a set of certificates. */
export function certificateLogFields(folder: string, { keyEntry: identity, trusted }: Stores): LogFields {
  const [leaf] = identity?.chain ?? [];
  return {
    folder,
    serial: leaf?.serialNumber,
    issuer: leaf && formatDistinguishedName(leaf.issuer),
    expires: leaf && new Date(leaf.validTo).toISOString(),
    trusted: trusted.map(({ subject }) => formatDistinguishedName(subject)),
    trustedExpires: new Date(earliestExpiry(trusted)).toISOString(),
  };
}
