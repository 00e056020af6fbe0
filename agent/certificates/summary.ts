import { LogFields } from '../runtime/log';
import { earliestExpiry } from './bundle';
import { Stores } from './validation';
import { formatDistinguishedName } from './names';

/** Log fields that describe a set of certificates. */
export function certificateLogFields(folder: string, { keyEntry, trusted }: Stores): LogFields {
  const [leaf] = keyEntry?.chain ?? [];
  return {
    certificates: folder,
    serial: leaf?.serialNumber,
    issuer: leaf && formatDistinguishedName(leaf.issuer),
    expires: leaf && new Date(leaf.validTo).toISOString(),
    trusted: trusted.map(({ subject }) => formatDistinguishedName(subject)),
    trustedExpires: new Date(earliestExpiry(trusted)).toISOString(),
  };
}
