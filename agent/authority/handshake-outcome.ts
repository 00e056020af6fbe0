/** What came of a handshake. */
export type HandshakeOutcome =
  /** Nobody took the connection. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** SHA-256 of the certificate, lower case hexadecimal. */
  | { readonly kind: 'served'; readonly fingerprint: string }
  | { readonly kind: 'accepted' }
  /** The certificate that was shown is the reason. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };
