import { Duration } from 'cdk8s';
import {
  DAY,
  assertCaLifetime,
  assertLeafLifetime,
  lifetimeSeconds,
  warnOfShortOverlap,
} from './lifetimes';
import { assertObjectName } from '../kubernetes/names';
import { KINDS, assertKinds, assertOptions } from '../input/kinds';
import { CaBundle } from '../kubernetes/ca-bundle';

/** Options of the built-in issuer. */
export interface BuiltInIssuerOptions {
  /**
   * Life of the certificate authority. It is replaced at two thirds of it.
   *
   * @default Duration.days(730)
   */
  readonly caLifetime?: Duration;

  /**
   * Life of certificates. They are renewed at two thirds of it.
   *
   * @default Duration.days(30)
   */
  readonly certificateLifetime?: Duration;

  /**
   * When the certificate authority is replaced: how long clients get to learn of the new one before brokers show its
   * certificates, and to show its certificates themselves before the old one is no longer accepted. Nothing else protects
   * clients that read their certificates rarely; below ten minutes there is a warning.
   *
   * @default Duration.days(7)
   */
  readonly overlap?: Duration;
}

/** An Issuer or ClusterIssuer of cert-manager. */
export interface IssuerReference {
  /** Name of the object. */
  readonly name: string;

  /**
   * Kind of the object.
   *
   * @default 'Issuer'
   */
  readonly kind?: string;

  /**
   * API group of the object.
   *
   * @default 'cert-manager.io'
   */
  readonly group?: string;
}

/** Options of certificates by cert-manager. */
export interface CertManagerIssuerOptions {
  /** Who signs. */
  readonly issuerRef: IssuerReference;

  /**
   * Authorities that brokers and agents trust, in an object that somebody keeps up to date, for example trust-manager. While
   * an authority is replaced it must hold both, the old one and the new one.
   *
   * @default - `ca.crt` of the Secret that cert-manager writes: enough while the authority never changes
   */
  readonly caBundle?: CaBundle;

  /**
   * Life of certificates. They are renewed at two thirds of it.
   *
   * @default Duration.days(90)
   */
  readonly certificateLifetime?: Duration;
}

/** Options of certificates from Secrets. */
export interface SecretIssuerOptions {
  /**
   * Secret of the brokers, of type `kubernetes.io/tls`. Its certificate must be valid for servers and clients, and for the
   * names that `CertRotation.dnsNames` lists.
   */
  readonly secretName: string;

  /**
   * Secret of the topic synchronisation, which only is a client.
   *
   * @default - the Secret of the brokers
   */
  readonly topicsSecretName?: string;

  /**
   * Authorities that brokers and agents trust. While an authority is replaced it must hold both, the old one and the new one.
   *
   * @default - `ca.crt` of the Secret of the brokers
   */
  readonly caBundle?: CaBundle;
}

/** Who signs the certificates of brokers and clients. */
export class CertificateIssuer {
  /**
   * A certificate authority of the cluster's own, in a small workload beside it. Its key is in a Secret that only this
   * workload reads.
   *
   * @throws when certificates live shorter than their renewal may take
   */
  public static builtIn(options: BuiltInIssuerOptions = {}): CertificateIssuer {
    assertOptions('CertificateIssuer.builtIn()', options, ['caLifetime', 'certificateLifetime', 'overlap']);
    const caSeconds = lifetimeSeconds('caLifetime', options.caLifetime, 730 * DAY);
    const leafSeconds = lifetimeSeconds('certificateLifetime', options.certificateLifetime, 30 * DAY);
    const overlapSeconds = lifetimeSeconds('overlap', options.overlap, 7 * DAY);
    assertLeafLifetime('certificateLifetime', leafSeconds);
    assertCaLifetime('caLifetime', caSeconds, leafSeconds, overlapSeconds);
    warnOfShortOverlap(overlapSeconds);
    return new CertificateIssuer('built-in', { caSeconds, leafSeconds, overlapSeconds });
  }

  /**
   * An issuer that cert-manager serves.
   *
   * @throws when the issuer has no name, or certificates live shorter than their renewal may take
   */
  public static certManager(options: CertManagerIssuerOptions): CertificateIssuer {
    const { issuerRef, caBundle, certificateLifetime } = Object(options) as Partial<CertManagerIssuerOptions>;
    const {
      name,
      kind = 'Issuer',
      group = 'cert-manager.io',
    } = Object(issuerRef) as Partial<IssuerReference>;
    if ([name, kind, group].some((text) => typeof text !== 'string' || text === '')) {
      throw new Error(
        `issuerRef of cert-manager is ${JSON.stringify(issuerRef)}; name an Issuer: { name: 'kafka-ca' }, or a ClusterIssuer: ` +
          "{ name: 'company-ca', kind: 'ClusterIssuer' }",
      );
    }
    assertObjectName('name in issuerRef of cert-manager', name as string);
    assertKinds('a CertificateIssuer', Object(options) as object, { caBundle: KINDS.caBundle });
    const leafSeconds = lifetimeSeconds('certificateLifetime', certificateLifetime, 90 * DAY);
    assertLeafLifetime('certificateLifetime', leafSeconds);
    return new CertificateIssuer('cert-manager', { leafSeconds }, { issuerRef, caBundle });
  }

  /**
   * Secrets that somebody else keeps up to date, for example a company's PKI.
   *
   * @throws when a Secret has no name
   */
  public static secret(options: SecretIssuerOptions): CertificateIssuer {
    const { secretName, topicsSecretName, caBundle } = Object(options) as Partial<SecretIssuerOptions>;
    assertObjectName('secretName of a CertificateIssuer', secretName as string);
    assertKinds('a CertificateIssuer', Object(options) as object, { caBundle: KINDS.caBundle });
    if (topicsSecretName !== undefined) {
      assertObjectName('topicsSecretName of a CertificateIssuer', topicsSecretName);
    }
    return new CertificateIssuer('secret', {}, { secretName, topicsSecretName, caBundle });
  }

  private constructor(
    /** `built-in`, `cert-manager` or `secret`. */
    public readonly kind: string,
    private readonly lives: Lives,
    private readonly source: Source = {},
  ) {}

  /** How long things live, in seconds. @internal */
  public get _lifetimes(): Lives {
    return this.lives;
  }

  /** Where certificates come from. @internal */
  public get _source(): Source {
    return this.source;
  }
}

interface Lives {
  readonly caSeconds?: number;
  readonly leafSeconds?: number;
  readonly overlapSeconds?: number;
}

interface Source {
  readonly issuerRef?: IssuerReference;
  readonly caBundle?: CaBundle;
  readonly secretName?: string;
  readonly topicsSecretName?: string;
}
