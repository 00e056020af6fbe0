import { Duration } from 'cdk8s';
import { CaBundle, CertificateIssuer, ClientAuthentication } from '../../../lib';
import { collectWarnings, messageOf } from '../../support/testing';

afterEach(() => void jest.restoreAllMocks());

describe('builtIn', () => {
  test.each<[options: Parameters<typeof CertificateIssuer.builtIn>[0], message: string]>([
    [
      { certificateLifetime: Duration.minutes(59) },
      'certificateLifetime is 59 minutes; certificates are renewed at two thirds of it, and a renewal takes up to ' +
        '15 minutes, so it must be at least 1 hour',
    ],
    [
      { caLifetime: Duration.days(89) },
      'caLifetime is 89 days; with an overlap of 7 days and certificates of 30 days it must be at least 90 days',
    ],
    [
      {
        caLifetime: Duration.days(5),
        certificateLifetime: Duration.days(1),
        overlap: Duration.days(1),
      },
      'caLifetime is 5 days; with an overlap of 1 day and certificates of 1 day it must be at least 7 days',
    ],
    [
      { certificateLifetime: '30d' as unknown as Duration },
      'certificateLifetime of CertificateIssuer.builtIn() is "30d"; expected for example Duration.minutes(20)',
    ],
  ])('fails for %j', (options, message) => {
    expect(messageOf(() => CertificateIssuer.builtIn(options))).toBe(message);
  });

  test.each([
    [
      599,
      [
        'cdk8s-kafka: warning: overlap of a CertificateIssuer is 599 seconds: when the CA is replaced, clients that have not ' +
          'read their new certificates by then are refused; use 10 minutes or more',
      ],
    ],
    [600, []],
  ])('warns of an overlap that is shorter than 10 minutes (%i s)', (seconds, expected) => {
    const warnings = collectWarnings();
    CertificateIssuer.builtIn({ overlap: Duration.seconds(seconds) });

    expect(warnings).toEqual(expected);
  });
});

describe('certManager', () => {
  const failureOf = (options: object) => messageOf(() => CertificateIssuer.certManager(options as never));
  const example =
    "expected for example { name: 'kafka-ca' } for an Issuer or { name: 'company-ca', kind: 'ClusterIssuer' }";

  test.each<[issuerRef: unknown, message: string]>([
    [undefined, "CertificateIssuer.certManager() needs the property 'issuerRef'"],
    [{}, "issuerRef of CertificateIssuer.certManager() needs the property 'name'"],
    [{ kind: 'ClusterIssuer' }, "issuerRef of CertificateIssuer.certManager() needs the property 'name'"],
    [{ name: '' }, `issuerRef of CertificateIssuer.certManager() is {"name":""}; ${example}`],
    [
      { name: 'ca', kind: 5 },
      "issuerRef.kind of CertificateIssuer.certManager() is 5; expected for example 'ClusterIssuer'",
    ],
    [
      { name: 'a..b' },
      "name in issuerRef of CertificateIssuer.certManager() 'a..b' is not a valid Kubernetes object name (up to 253 " +
        "lower-case letters, digits, '-' and '.')",
    ],
  ])('fails when issuerRef is %j', (issuerRef, message) => {
    expect(failureOf({ issuerRef })).toBe(message);
  });

  test('fails when certificates live too short', () => {
    expect(failureOf({ issuerRef: { name: 'kafka' }, certificateLifetime: Duration.minutes(30) })).toBe(
      'certificateLifetime is 30 minutes; certificates are renewed at two thirds of it, and a renewal takes up to ' +
        '15 minutes, so it must be at least 1 hour',
    );
  });
});

test.each([['Kafka'], [''], ['a..b']])("fails when the Secret of an issuer is '%s'", (secretName) => {
  const name = "is not a valid Kubernetes object name (up to 253 lower-case letters, digits, '-' and '.')";

  expect(messageOf(() => CertificateIssuer.secret({ secretName }))).toBe(
    `secretName of CertificateIssuer.secret() '${secretName}' ${name}`,
  );
  expect(
    messageOf(() => CertificateIssuer.secret({ secretName: 'brokers', topicsSecretName: secretName })),
  ).toBe(`topicsSecretName of CertificateIssuer.secret() '${secretName}' ${name}`);
});

const bundle = 'company-ca' as unknown as CaBundle;

test.each<[owner: string, define: () => unknown]>([
  [
    'clientCa of ClientAuthentication.mutualTls()',
    () => ClientAuthentication.mutualTls({ clientCa: bundle }),
  ],
  [
    'caBundle of CertificateIssuer.secret()',
    () => CertificateIssuer.secret({ secretName: 'brokers', caBundle: bundle }),
  ],
  [
    'caBundle of CertificateIssuer.certManager()',
    () => CertificateIssuer.certManager({ issuerRef: { name: 'ca' }, caBundle: bundle }),
  ],
])('fails when %s is not a CaBundle', (owner, define) => {
  expect(messageOf(define)).toBe(
    `${owner} is "company-ca"; expected for example CaBundle.secret('company-ca')`,
  );
});
