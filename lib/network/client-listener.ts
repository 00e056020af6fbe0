import { format } from '../input/format';
import { PropTable, assertProps, optional } from '../input/props';
import { isOfType, markType } from '../input/type-mark';
import { CLIENT_AUTHENTICATION, ClientAuthentication } from './client-authentication';
import { Kind, kind, number, text } from '../input/kinds';

/** Options of `ClientListener.plaintext()`. */
export interface PlaintextListenerOptions {
  /**
   * Kafka's name of the listener: up to 15 capital letters, digits and single '_'.
   *
   * @default 'CLIENT'
   */
  readonly name?: string;

  /**
   * Port of the listener, from 1024 to 65535.
   *
   * @default 9092
   */
  readonly port?: number;
}

/** Options of `ClientListener.tls()`. */
export interface TlsListenerOptions extends PlaintextListenerOptions {
  /**
   * Authentication of clients.
   *
   * @default ClientAuthentication.mutualTls()
   */
  readonly authentication?: ClientAuthentication;
}

const PLAINTEXT_OPTIONS: PropTable<PlaintextListenerOptions> = {
  name: optional(text('CLIENT')),
  port: optional(number(9092)),
};
const TLS_OPTIONS: PropTable<TlsListenerOptions> = {
  ...PLAINTEXT_OPTIONS,
  authentication: optional(CLIENT_AUTHENTICATION),
};

/** A listener of every broker for producers, consumers and tools. */
export class ClientListener {
  /**
   * TLS. Clients verify that they talk to a broker of this cluster.
   *
   * @throws when the name or the port is not valid
   */
  public static tls(options: TlsListenerOptions = {}): ClientListener {
    assertProps('ClientListener.tls()', options, TLS_OPTIONS);
    const authentication = options.authentication ?? ClientAuthentication.mutualTls();
    return new ClientListener(options, authentication);
  }

  /**
   * Neither encrypted nor authenticated: anyone who reaches the port has all rights of `User:ANONYMOUS`, and anyone on the
   * network path can read and change the traffic.
   *
   * @throws when the name or the port is not valid
   */
  public static plaintext(options: PlaintextListenerOptions = {}): ClientListener {
    assertProps('ClientListener.plaintext()', options, PLAINTEXT_OPTIONS);
    return new ClientListener(options);
  }

  /** True if the value is a ClientListener. */
  public static isClientListener(value: unknown): value is ClientListener {
    return isOfType(value, 'ClientListener');
  }

  /** Kafka's name of the listener. */
  public readonly name: string;
  /** Port of the listener. */
  public readonly port: number;

  private constructor(
    options: PlaintextListenerOptions,
    /** Authentication of clients; undefined for a plaintext listener. */
    public readonly authentication?: ClientAuthentication,
  ) {
    this.name = options.name ?? 'CLIENT';
    this.port = options.port ?? 9092;
    // The port name in Kubernetes is the lower-case name with dashes, and has at most 15 characters.
    if (!/^[A-Z]([A-Z0-9_]{0,13}[A-Z0-9])?$/.test(this.name) || this.name.includes('__')) {
      throw new Error(
        `listener name '${this.name}' is not valid; use up to 15 capital letters, digits and single '_', starting with a ` +
          "letter, for example 'CLIENT'",
      );
    }
    if (!Number.isInteger(this.port) || this.port < 1024 || this.port > 65535) {
      throw new Error(
        `port of listener ${this.name} is ${format(this.port)}; brokers do not run as root, so use 1024 to 65535`,
      );
    }
    markType(this, 'ClientListener');
  }
}

/** The kind of a ClientListener. */
export const CLIENT_LISTENER: Kind<ClientListener> = kind(
  ClientListener.isClientListener,
  'ClientListener.tls()',
);
