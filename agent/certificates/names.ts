import { X509Certificate } from 'node:crypto';

/** An alternative name as Node.js prints it: `DNS:` and the name, in quotes if it is ambiguous. */
const NAME = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** Subject alternative names of a certificate with their type: `DNS:a.example`. */
export function alternativeNames({ subjectAltName }: X509Certificate): string[] {
  return [...(subjectAltName ?? '').matchAll(NAME)].map(([, kind, value]) => `${kind.trim()}:${value}`);
}

/** Required DNS names for which a certificate is not valid. */
export function uncoveredNames(certificate: X509Certificate, required: readonly string[]): string[] {
  const names = alternativeNames(certificate)
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice('DNS:'.length).toLowerCase());
  return required.filter((name) => !names.some((pattern) => matchesName(pattern, name.toLowerCase())));
}

/** A wildcard matches exactly one label, the first. */
function matchesName(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith('*.') && pattern.slice(1) === name.slice(name.indexOf('.')));
}

/**
 * Reason why Kafka does not reload a certificate while it runs: subject and alternative names must stay. Undefined if it
 * does.
 */
export function incompatibleReason(served: X509Certificate, next: X509Certificate): string | undefined {
  if (canonical(served.subject) !== canonical(next.subject)) {
    return `its subject is '${formatDistinguishedName(next.subject)}', the subject of the certificate in use is '${formatDistinguishedName(served.subject)}'`;
  }
  const names = alternativeNames(next);
  const missing = alternativeNames(served).filter((name) => !names.includes(name));
  return missing.length > 0
    ? `it lacks the names ${missing.join(', ')} of the certificate in use`
    : undefined;
}

/** Formats a distinguished name on one line. */
export function formatDistinguishedName(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function canonical(name: string | undefined): string {
  return formatDistinguishedName(name).toLowerCase().replace(/\s+/g, ' ');
}
