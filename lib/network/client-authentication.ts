import { CA_BUNDLE, CaBundle } from '../kubernetes/ca-bundle';
import { PropTable, assertProps, optional } from '../input/props';
import { isOfType, markType } from '../input/type-mark';
import { Kind, kind } from '../input/kinds';

/** Options of `ClientAuthentication.mutualTls()`. */
export interface MutualTlsOptions {
  /**
   * CAs whose client certificates the listener accepts.
   *
   * @default - the CA of the built-in issuer; required with any other issuer
   */
  readonly clientCa?: CaBundle;
}

const MUTUAL_TLS_OPTIONS: PropTable<MutualTlsOptions> = {
  clientCa: optional(CA_BUNDLE),
};

/** Authentication of the clients of a listener. */
export class ClientAuthentication {
  /**
   * Client certificates. The principal of a client is `User:` and the common name of its certificate, wherever it is in the
   * subject. A comma in the name has a backslash before it, as Java prints subjects; without a common name, the principal is
   * `User:` and the whole subject.
   */
  public static mutualTls(options: MutualTlsOptions = {}): ClientAuthentication {
    assertProps('ClientAuthentication.mutualTls()', options, MUTUAL_TLS_OPTIONS);
    return new ClientAuthentication('mutual-tls', options.clientCa);
  }

  /**
   * User name and password (SASL/SCRAM-SHA-512) over TLS. Kafka stores the users. Create one with
   * `kafka-configs.sh --alter --entity-type users --entity-name NAME --add-config-file FILE`, where FILE contains
   * `SCRAM-SHA-512=password=...`: a password in an argument is visible to other processes.
   */
  public static scramSha512(): ClientAuthentication {
    return new ClientAuthentication('scram-sha-512');
  }

  /** No authentication: every client that reaches the port is `User:ANONYMOUS`. Traffic is encrypted. */
  public static none(): ClientAuthentication {
    return new ClientAuthentication('none');
  }

  /** True if the value is a ClientAuthentication. */
  public static isClientAuthentication(value: unknown): value is ClientAuthentication {
    return isOfType(value, 'ClientAuthentication');
  }

  private constructor(
    private readonly method: 'mutual-tls' | 'scram-sha-512' | 'none',
    /** CAs whose client certificates the listener accepts; undefined for the CA of the cluster. */
    public readonly clientCa?: CaBundle,
  ) {
    markType(this, 'ClientAuthentication');
  }

  /** The method of authentication. @internal */
  public get _method(): 'mutual-tls' | 'scram-sha-512' | 'none' {
    return this.method;
  }
}

/** The kind of a ClientAuthentication. */
export const CLIENT_AUTHENTICATION: Kind<ClientAuthentication> = kind(
  ClientAuthentication.isClientAuthentication,
  'ClientAuthentication.mutualTls()',
);
