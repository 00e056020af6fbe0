/*
 * Principals of certificates. The cluster's own servers have all rights, so no client listener may yield their principals: the
 * prefix 'CN=' is a part of the name on the listeners between servers only.
 */

// Java prints a subject with a backslash before a comma, plus sign or backslash of a value (RFC 2253). A text ends where the
// backslashes before its end form pairs. A pattern that repeats a group per character would overflow the stack of Java's matcher.
const TEXT = String.raw`[\s\S]*?(?<!\\)(?:\\\\)*`;

/** A subject with a common name at any position. */
const SUBJECT = String.raw`^(?:${TEXT}[,+])??CN=(${TEXT})(?:[,+][\s\S]*)?$`;

/** The `ssl.principal.mapping.rules` setting of listeners for clients: a principal is the common name. */
export const CLIENT_PRINCIPAL_RULES = `RULE:${SUBJECT}/$1/,DEFAULT`;

/** The `ssl.principal.mapping.rules` setting of listeners between servers. */
export const SERVER_PRINCIPAL_RULES = `RULE:${SUBJECT}/CN=$1/,DEFAULT`;

/** The principal of a server whose certificate has a common name. */
export function serverPrincipal(commonName: string): string {
  return `User:CN=${commonName}`;
}

/** True for the principal of a server. */
export function isServerPrincipal(principal: string): boolean {
  return principal.startsWith(serverPrincipal(''));
}
