import { X509Certificate } from 'node:crypto';
import { formatDistinguishedName } from './names';

/** What a chain is for, as extended key usages. */
export type CertificateUse = 'server' | 'client';

const USES: Readonly<Record<CertificateUse, string>> = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };
const ANY_USE = '2.5.29.37.0';

/**
 * Why a certificate would not be accepted by those who trust a bundle; undefined when it would.
 *
 * @param chain the certificate, and then whatever of its issuers comes along
 * @param now milliseconds since 1970
 */
export function untrustedReason(
  chain: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  now: number,
): string | undefined {
  const [leaf, ...intermediates] = chain;
  return (
    validityReason('the certificate', leaf, now) ?? findTrustPath(leaf, intermediates, trusted, now, 'the certificate')
  );
}

/** Any path is good enough, as CAs with one key can have several certificates: the first refusal is kept. */
function findTrustPath(
  certificate: X509Certificate,
  intermediates: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  now: number,
  what: string,
): string | undefined {
  if (trusted.some((ca) => ca.fingerprint256 === certificate.fingerprint256)) {
    return undefined;
  }
  let refusal: string | undefined;
  for (const issuer of [...trusted, ...intermediates].filter((one) => isIssued(certificate, one))) {
    const name = `its CA '${formatDistinguishedName(issuer.subject)}'`;
    const others = intermediates.filter((one) => one.fingerprint256 !== issuer.fingerprint256);
    const reason = validityReason(name, issuer, now) ?? findTrustPath(issuer, others, trusted, now, name);
    if (reason === undefined) {
      return undefined;
    }
    refusal ??= reason;
  }
  return (
    refusal ??
    `${what} was issued by '${formatDistinguishedName(certificate.issuer)}', and no trusted CA with that name and key is there`
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

function validityReason(what: string, { validFrom, validTo }: X509Certificate, now: number): string | undefined {
  if (now < Date.parse(validFrom)) {
    return `${what} is valid from ${iso(validFrom)} on only`;
  }
  return now > Date.parse(validTo) ? `${what} expired at ${iso(validTo)}` : undefined;
}

function iso(date: string): string {
  return new Date(date).toISOString();
}

/** Uses that a certificate excludes, although it is needed for them. One that names no use is good for all. */
export function excludedUses({ keyUsage }: X509Certificate, wanted: readonly CertificateUse[]): CertificateUse[] {
  return keyUsage === undefined || keyUsage.includes(ANY_USE)
    ? []
    : wanted.filter((use) => !keyUsage.includes(USES[use]));
}
