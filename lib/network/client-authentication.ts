import { CaBundle } from '../kubernetes/ca-bundle';
import { KINDS, assertKinds, assertOptions } from '../input/kinds';

/** Options of mutual TLS. */
export interface MutualTlsOptions {
  /**
   * Authorities whose certificates clients may show.
   *
   * @default - the authority of the cluster's built-in issuer; with another issuer it has to be said
   */
  readonly clientCa?: CaBundle;
}

/** How clients of a listener prove who they are. */
export class ClientAuthentication {
  /** By a certificate. A client's principal is `User:` and the common name of its certificate. */
  public static mutualTls(options: MutualTlsOptions = {}): ClientAuthentication {
    assertOptions('ClientAuthentication.mutualTls()', options, ['clientCa']);
    assertKinds('ClientAuthentication.mutualTls()', options, { clientCa: KINDS.caBundle });
    return new ClientAuthentication('mutual-tls', options.clientCa);
  }

  /**
   * By a name and a password (SCRAM-SHA-512) over TLS. Kafka keeps the users:
   * `kafka-configs.sh --alter --entity-type users --entity-name NAME --add-config-file FILE`, where the file holds
   * `SCRAM-SHA-512=password=...`: an argument would be read by others.
   */
  public static scramSha512(): ClientAuthentication {
    return new ClientAuthentication('scram-sha-512');
  }

  /** Not at all: everybody who reaches the port is `User:ANONYMOUS`. What is sent is encrypted. */
  public static none(): ClientAuthentication {
    return new ClientAuthentication('none');
  }

  private constructor(
    /** `mutual-tls`, `scram-sha-512` or `none`. */
    public readonly kind: string,
    /** Authorities whose certificates clients may show, if not the cluster's own. */
    public readonly clientCa?: CaBundle,
  ) {}
}
