import { LogFields } from '../log';
import { earliestExpiry } from './bundle';
import { Stores } from './fitness';
import { oneLine } from './names';

/** What a line of the log says about a set of certificates. */
export function summaryOf(folder: string, { identity, trusted }: Stores): LogFields {
  const [leaf] = identity?.chain ?? [];
  return {
    folder,
    serial: leaf?.serialNumber,
    issuer: leaf && oneLine(leaf.issuer),
    expires: leaf && new Date(leaf.validTo).toISOString(),
    trusted: trusted.map(({ subject }) => oneLine(subject)),
    trustedExpires: new Date(earliestExpiry(trusted)).toISOString(),
  };
}
