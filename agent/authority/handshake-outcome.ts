/** Outcome of a handshake with an endpoint. */
export type HandshakeOutcome =
  /** No TCP connection. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** SHA-256 fingerprint of the served certificate, lower-case hexadecimal. */
  | { readonly kind: 'served'; readonly fingerprint: string }
  | { readonly kind: 'accepted' }
  /** The endpoint rejects the client certificate. */
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };
