import { X509Certificate } from 'node:crypto';
import { formatDistinguishedName } from './names';

/** Extended key usages of a chain. */
export type CertificateUse = 'server' | 'client';

const USES: Readonly<Record<CertificateUse, string>> = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
};
const ANY_USE = '2.5.29.37.0';

/**
 * Reason why peers with a bundle of trusted CAs reject a certificate; undefined if they accept it.
 *
 * @param chain the certificate, followed by its intermediate CAs
 * @param now milliseconds since 1970
 */
export function untrustedReason(
  chain: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  now: number,
): string | undefined {
  const [leaf, ...intermediates] = chain;
  return (
    validityReason('the certificate', leaf, now) ??
    findTrustPath(leaf, intermediates, trusted, now, 'the certificate')
  );
}

/**
 * CAs with one key can have several certificates, so any path is sufficient. The first reason is kept. Each CA is visited once:
 * CAs that have issued each other form more paths than can be tried.
 */
function findTrustPath(
  certificate: X509Certificate,
  intermediates: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  now: number,
  subject: string,
  visited = new Set<string>(),
): string | undefined {
  if (trusted.some((ca) => ca.fingerprint256 === certificate.fingerprint256)) {
    return undefined;
  }
  let firstReason: string | undefined;
  for (const issuer of [...trusted, ...intermediates]) {
    if (visited.has(issuer.fingerprint256) || !isIssued(certificate, issuer)) {
      continue;
    }
    visited.add(issuer.fingerprint256);
    const name = `its CA '${formatDistinguishedName(issuer.subject)}'`;
    const reason =
      validityReason(name, issuer, now) ?? findTrustPath(issuer, intermediates, trusted, now, name, visited);
    if (reason === undefined) {
      return undefined;
    }
    firstReason ??= reason;
  }
  return (
    firstReason ??
    `${subject} was issued by '${formatDistinguishedName(certificate.issuer)}', which is not a trusted CA (name and key)`
  );
}

function isIssued(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return (
      issuer.ca &&
      issuer.subject === certificate.issuer &&
      certificate.checkIssued(issuer) &&
      certificate.verify(issuer.publicKey)
    );
  } catch {
    return false;
  }
}

function validityReason(
  subject: string,
  { validFrom, validTo }: X509Certificate,
  now: number,
): string | undefined {
  if (now < Date.parse(validFrom)) {
    return `${subject} is not valid before ${iso(validFrom)}`;
  }
  return now > Date.parse(validTo) ? `${subject} expired at ${iso(validTo)}` : undefined;
}

function iso(date: string): string {
  return new Date(date).toISOString();
}

/** Required uses that a certificate does not allow. A certificate without extended key usages allows all. */
export function excludedUses(
  { keyUsage }: X509Certificate,
  required: readonly CertificateUse[],
): CertificateUse[] {
  return keyUsage === undefined || keyUsage.includes(ANY_USE)
    ? []
    : required.filter((use) => !keyUsage.includes(USES[use]));
}
