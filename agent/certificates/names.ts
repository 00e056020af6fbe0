import { X509Certificate } from 'node:crypto';

/** A name as Node.js prints it: `DNS:`, and in quotes what would be ambiguous without. */
const NAME = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** The alternative names of a certificate, each with its kind: `DNS:a.example`. */
export function alternativeNames({ subjectAltName }: X509Certificate): string[] {
  return [...(subjectAltName ?? '').matchAll(NAME)].map(([, kind, value]) => `${kind.trim()}:${value}`);
}

/** Those of `wanted` that a certificate is not valid for. */
export function uncoveredNames(certificate: X509Certificate, wanted: readonly string[]): string[] {
  const names = alternativeNames(certificate)
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice('DNS:'.length).toLowerCase());
  return wanted.filter((name) => !names.some((pattern) => matchesName(pattern, name.toLowerCase())));
}

/** A wildcard stands for exactly one label, the first. */
function matchesName(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith('*.') && pattern.slice(1) === name.slice(name.indexOf('.')));
}

/**
 * Why a server that serves one certificate would not take over another while it runs: Kafka compares the names, since
 * a listener must not become another one. Undefined when it would.
 */
export function incompatibleReason(served: X509Certificate, next: X509Certificate): string | undefined {
  if (canonical(served.subject) !== canonical(next.subject)) {
    return `its subject is '${formatDistinguishedName(next.subject)}' and that of the one in use '${formatDistinguishedName(served.subject)}'`;
  }
  const names = alternativeNames(next);
  const missing = alternativeNames(served).filter((name) => !names.includes(name));
  return missing.length > 0 ? `it lacks ${missing.join(', ')}, which the one in use has` : undefined;
}

/** A distinguished name on one line. */
export function formatDistinguishedName(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function canonical(name: string | undefined): string {
  return formatDistinguishedName(name).toLowerCase().replace(/\s+/g, ' ');
}
