import { Duration } from 'cdk8s';
import { format } from '../input/format';
import { DURATION, Kind, kind, text } from '../input/kinds';
import { PropTable, assertProps, optional, required, struct } from '../input/props';
import { isOfType, markType } from '../input/type-mark';
import { CA_BUNDLE, CaBundle } from '../kubernetes/ca-bundle';
import { assertObjectName } from '../kubernetes/names';
import {
  DAY,
  assertCaLifetime,
  assertCertificateLifetime,
  lifetimeSeconds,
  warnShortOverlap,
} from './lifetimes';

/** Options of the built-in issuer. */
export interface BuiltInIssuerOptions {
  /**
   * Lifetime of the CA. It is replaced after two thirds of it.
   *
   * @default Duration.days(730)
   */
  readonly caLifetime?: Duration;

  /**
   * Lifetime of certificates. They are renewed after two thirds of it.
   *
   * @default Duration.days(30)
   */
  readonly certificateLifetime?: Duration;

  /**
   * Overlap of the old and the new CA when the CA is replaced: the time for clients to trust the new CA before brokers use
   * it, and to use new certificates before brokers stop trusting the old CA. Brokers reject clients that reload
   * their certificates less often.
   *
   * @default Duration.days(7)
   */
  readonly overlap?: Duration;
}

/** Reference to an Issuer or ClusterIssuer of cert-manager. */
export interface IssuerReference {
  /** Name of the issuer. */
  readonly name: string;

  /**
   * Kind of the issuer.
   *
   * @default 'Issuer'
   */
  readonly kind?: string;

  /**
   * API group of the issuer.
   *
   * @default 'cert-manager.io'
   */
  readonly group?: string;
}

/** Options of certificates from cert-manager. */
export interface CertManagerIssuerOptions {
  /** The issuer. */
  readonly issuerRef: IssuerReference;

  /**
   * CAs that brokers and agents trust, in an object that is kept up to date, for example by trust-manager. While the CA is
   * replaced it must contain both the old and the new one.
   *
   * @default - `ca.crt` of the Secret that cert-manager writes: sufficient as long as the CA never changes
   */
  readonly caBundle?: CaBundle;

  /**
   * Lifetime of certificates. They are renewed after two thirds of it.
   *
   * @default Duration.days(90)
   */
  readonly certificateLifetime?: Duration;
}

/** Options of certificates from Secrets. */
export interface SecretIssuerOptions {
  /**
   * Secret of type `kubernetes.io/tls` with the certificate of the brokers. It must be valid for server and client
   * authentication, and for the names in `CertRotation.dnsNames`.
   */
  readonly secretName: string;

  /**
   * Secret with the certificate of the topic synchronization, valid for client authentication.
   *
   * @default - the Secret of the brokers
   */
  readonly topicsSecretName?: string;

  /**
   * CAs that brokers and agents trust. While the CA is replaced it must contain both the old and the new one.
   *
   * @default - `ca.crt` of the Secret of the brokers
   */
  readonly caBundle?: CaBundle;
}

const BUILT_IN_OPTIONS: PropTable<BuiltInIssuerOptions> = {
  caLifetime: optional(DURATION),
  certificateLifetime: optional(DURATION),
  overlap: optional(DURATION),
};
const ISSUER_REFERENCE: PropTable<IssuerReference> = {
  name: required(text('kafka-ca')),
  kind: optional(text('ClusterIssuer')),
  group: optional(text('cert-manager.io')),
};
const CERT_MANAGER_OPTIONS: PropTable<CertManagerIssuerOptions> = {
  issuerRef: required(struct(ISSUER_REFERENCE)),
  caBundle: optional(CA_BUNDLE),
  certificateLifetime: optional(DURATION),
};
const SECRET_OPTIONS: PropTable<SecretIssuerOptions> = {
  secretName: required(text('kafka-tls')),
  topicsSecretName: optional(text('kafka-topics-tls')),
  caBundle: optional(CA_BUNDLE),
};

/** Issuer of the certificates of brokers and clients. */
export class CertificateIssuer {
  /**
   * A CA for the cluster only. A Deployment of one pod manages it. The keys are in a Secret that only this pod reads.
   *
   * @throws when a lifetime is too short for a renewal
   */
  public static builtIn(options: BuiltInIssuerOptions = {}): CertificateIssuer {
    assertProps('CertificateIssuer.builtIn()', options, BUILT_IN_OPTIONS);
    const caSeconds = lifetimeSeconds('caLifetime', options.caLifetime, 730 * DAY);
    const certificateSeconds = lifetimeSeconds('certificateLifetime', options.certificateLifetime, 30 * DAY);
    const overlapSeconds = lifetimeSeconds('overlap', options.overlap, 7 * DAY);
    assertCertificateLifetime('certificateLifetime', certificateSeconds);
    assertCaLifetime('caLifetime', caSeconds, certificateSeconds, overlapSeconds);
    warnShortOverlap(overlapSeconds);
    return new CertificateIssuer('built-in', { caSeconds, certificateSeconds, overlapSeconds });
  }

  /**
   * An issuer of cert-manager.
   *
   * @throws when the reference has no name, or a lifetime is too short for a renewal
   */
  public static certManager(options: CertManagerIssuerOptions): CertificateIssuer {
    const owner = 'CertificateIssuer.certManager()';
    assertProps(owner, options, CERT_MANAGER_OPTIONS);
    const { issuerRef, caBundle } = options;
    const { name, kind = 'Issuer', group = 'cert-manager.io' } = issuerRef;
    if ([name, kind, group].includes('')) {
      throw new Error(
        `issuerRef of ${owner} is ${format(issuerRef)}; expected for example { name: 'kafka-ca' } for an Issuer or ` +
          "{ name: 'company-ca', kind: 'ClusterIssuer' }",
      );
    }
    assertObjectName(`name in issuerRef of ${owner}`, name);
    const certificateSeconds = lifetimeSeconds('certificateLifetime', options.certificateLifetime, 90 * DAY);
    assertCertificateLifetime('certificateLifetime', certificateSeconds);
    return new CertificateIssuer('cert-manager', { certificateSeconds }, { issuerRef, caBundle });
  }

  /**
   * Secrets that another system keeps up to date, for example a company's PKI.
   *
   * @throws when the name of a Secret is not valid
   */
  public static secret(options: SecretIssuerOptions): CertificateIssuer {
    const owner = 'CertificateIssuer.secret()';
    assertProps(owner, options, SECRET_OPTIONS);
    const { secretName, topicsSecretName, caBundle } = options;
    assertObjectName(`secretName of ${owner}`, secretName);
    if (topicsSecretName !== undefined) {
      assertObjectName(`topicsSecretName of ${owner}`, topicsSecretName);
    }
    return new CertificateIssuer('secret', {}, { secretName, topicsSecretName, caBundle });
  }

  /** True if the value is a CertificateIssuer. */
  public static isCertificateIssuer(value: unknown): value is CertificateIssuer {
    return isOfType(value, 'CertificateIssuer');
  }

  private constructor(
    private readonly kind: 'built-in' | 'cert-manager' | 'secret',
    private readonly lifetimes: Lifetimes,
    private readonly source: Source = {},
  ) {
    markType(this, 'CertificateIssuer');
  }

  /** True for the built-in issuer. @internal */
  public get _isBuiltIn(): boolean {
    return this.kind === 'built-in';
  }

  /** True for an issuer of cert-manager. @internal */
  public get _isCertManager(): boolean {
    return this.kind === 'cert-manager';
  }

  /** True for Secrets that another system writes. @internal */
  public get _isSecret(): boolean {
    return this.kind === 'secret';
  }

  /** Lifetimes in seconds. @internal */
  public get _lifetimes(): Lifetimes {
    return this.lifetimes;
  }

  /** References to the issuer, Secrets and CA bundles. @internal */
  public get _source(): Source {
    return this.source;
  }
}

interface Lifetimes {
  readonly caSeconds?: number;
  readonly certificateSeconds?: number;
  readonly overlapSeconds?: number;
}

interface Source {
  readonly issuerRef?: IssuerReference;
  readonly caBundle?: CaBundle;
  readonly secretName?: string;
  readonly topicsSecretName?: string;
}

/** The kind of a CertificateIssuer. */
export const CERTIFICATE_ISSUER: Kind<CertificateIssuer> = kind(
  CertificateIssuer.isCertificateIssuer,
  'CertificateIssuer.builtIn()',
);
