import { assertOptions, format } from '../input/kinds';
import { ClientAuthentication } from './client-authentication';

/** Options of any listener for clients. */
export interface PlaintextListenerOptions {
  /**
   * Kafka's name of the listener: capital letters, digits and '_'.
   *
   * @default 'CLIENT'
   */
  readonly name?: string;

  /**
   * Port of the listener.
   *
   * @default 9092
   */
  readonly port?: number;
}

/** Options of a TLS listener. */
export interface TlsListenerOptions extends PlaintextListenerOptions {
  /**
   * How clients prove who they are.
   *
   * @default ClientAuthentication.mutualTls()
   */
  readonly authentication?: ClientAuthentication;
}

/** A port of every broker for producers, consumers and tools. */
export class ClientListener {
  /**
   * Encrypted; clients can check that they talk to a broker of this cluster.
   *
   * @throws when name or port cannot be a listener's
   */
  public static tls(options: TlsListenerOptions = {}): ClientListener {
    assertOptions('ClientListener.tls()', options, ['authentication', 'name', 'port']);
    const authentication = options.authentication ?? ClientAuthentication.mutualTls();
    if (!(authentication instanceof ClientAuthentication)) {
      // Taken as it is, it would ask nobody for anything.
      throw new Error(
        `authentication of a ClientListener is ${format(authentication)}; ` +
          'give it a ClientAuthentication, for example ClientAuthentication.mutualTls()',
      );
    }
    return new ClientListener(options, authentication);
  }

  /**
   * Neither encrypted nor authenticated: everybody on the way reads and changes what is sent, and everybody who reaches
   * the port may do everything that `User:ANONYMOUS` may.
   *
   * @throws when name or port cannot be a listener's
   */
  public static plaintext(options: PlaintextListenerOptions = {}): ClientListener {
    const { authentication } = Object(options) as TlsListenerOptions;
    if (authentication !== undefined) {
      throw new Error(
        `authentication of a ClientListener is ${format(authentication)}, but in plaintext nobody can prove anything; ` +
          'choose ClientListener.tls(), or leave it out',
      );
    }
    assertOptions('ClientListener.plaintext()', options, ['name', 'port']);
    return new ClientListener(options);
  }

  /** Kafka's name of the listener. */
  public readonly name: string;
  /** Port of the listener. */
  public readonly port: number;

  private constructor(
    options: PlaintextListenerOptions,
    /** How clients prove who they are; undefined where the listener is plaintext. */
    public readonly authentication?: ClientAuthentication,
  ) {
    this.name = options.name ?? 'CLIENT';
    this.port = options.port ?? 9092;
    // The lower case name, with dashes, is the name of the port in Kubernetes, which may have 15 characters.
    if (!/^[A-Z]([A-Z0-9_]{0,13}[A-Z0-9])?$/.test(this.name) || this.name.includes('__')) {
      throw new Error(
        `listener name '${this.name}' is not up to 15 capital letters, digits and single '_', starting with a letter; ` +
          "write for example 'CLIENT'",
      );
    }
    if (!Number.isInteger(this.port) || this.port < 1024 || this.port > 65535) {
      throw new Error(
        `port of listener ${this.name} is ${format(this.port)}; brokers are no root, so choose one from 1024 to 65535`,
      );
    }
  }
}
