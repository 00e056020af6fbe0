/*
 * Secrets in `config`: everyone who can read ConfigMaps could read them.
 */
import { CLUSTER, CONTROLLERS, Config, MAP, TOPIC } from '../../support/config-owners';
import { messageOf } from '../../support/testing';

/** Settings whose values are secrets. */
const SECRETS = [
  'ssl.keystore.password',
  'ssl.key.password',
  'listener.name.client.ssl.truststore.password',
  'ssl.keystore.key',
  'listener.name.client.ssl.keystore.key',
  'ldap.jaas.config',
  'listener.name.client.scram-sha-512.sasl.jaas.config',
  'delegation.token.secret.key',
  'password.encoder.secret',
  'password.encoder.old.secret',
  'delegation.token.master.key',
  'ssl.quorum.keyStore.password',
  'sasl.oauthbearer.assertion.private.key.passphrase',
  'ldap.java.naming.security.credentials',
  'azure.account.key',
  'azure.connection.string',
  'gcs.credentials.json',
  'config.providers.vault.param.token',
  'rsm.config.storage.s3.api.key',
  'schema.registry.basic.auth.user.info',
  'my.plugin.db.passwd',
  'x.pwd',
  'x.pass',
  'x.pw',
  'ldap.bindPassword',
  'ldap.apiKey',
];

/** Settings with names like those of secrets. */
const NO_SECRETS = [
  'password.encoder.iterations',
  'config.providers.secrets.class',
  'config.providers.passwords.param.path',
  'listener.name.secret.max.connections',
  'vault.token.file',
  'oauth.token.endpoint.url',
  'delegation.token.max.lifetime.ms',
  'filter.bypass',
  'vault.passwordFile',
  'vault.secrets.dir',
];

const TWO_REFERENCES =
  'org.apache.kafka.common.security.plain.PlainLoginModule required username="${file:/s/kafka:user}" ' +
  'password="${vault-kv:secret/kafka:password}";';

/** Values of secrets that reveal nothing. */
const REFERENCES: [setting: string, value: string][] = [
  ['delegation.token.secret.key', '${vault-kv:secret/data/kafka:token}'],
  ['delegation.token.secret.key', '${env:TOKEN}'],
  ['delegation.token.secret.key', ' ${secrets-manager:a:b}${secrets-manager:a:c}'],
  ['ldap.jaas.config', TWO_REFERENCES],
  ['ldap.jaas.config', 'org.apache.kafka.common.security.scram.ScramLoginModule required;'],
  ['ldap.jaas.config', "a.b.OAuthBearerLoginModule required clientId='x' debug=true clientSecret=${env:S} ;"],
];

/** Values of secrets that reveal something. */
const REVEALING: [setting: string, value: string][] = [
  ['delegation.token.secret.key', 'hunter2${env:SUFFIX}'],
  ['delegation.token.secret.key', '${env}hunter2'],
  ['delegation.token.secret.key', ''],
  ['delegation.token.secret.key', '\u0000'],
  ['ldap.jaas.config', 'hunter2'],
  ['ldap.jaas.config', TWO_REFERENCES.replace('${vault-kv:secret/kafka:password}', 'hunter2')],
  ['ldap.jaas.config', TWO_REFERENCES.replace('${vault-kv:secret/kafka:password}', 'hunter2${env:A}')],
  ['ldap.jaas.config', 'a.PlainLoginModule required user_alice="hunter2";'],
  ['ldap.jaas.config', 'a.PlainLoginModule required password "hunter2";'],
  ['ldap.jaas.config', 'a.PlainLoginModule required password="hunter2'],
];

/** Secrets that the version of the tests does not read. */
const REMOVED = /^(password\.encoder\.(old\.)?secret|delegation\.token\.master\.key)$/;

/** Secrets of servers that constructs do not decide. */
const OF_SERVERS = SECRETS.filter((setting) => !/ssl|scram/.test(setting));

describe.each([CLUSTER, MAP, CONTROLLERS, TOPIC])('config of %s', (owner, check) => {
  test.each(owner === TOPIC[0] ? SECRETS : OF_SERVERS)(
    'fails when it has the secret %s, and the message hides the value',
    (setting) => {
      expect(messageOf(() => check({ [setting]: 'hunter2' }))).toBe(
        `setting '${setting}' of ${owner} is a secret, and a ConfigMap would expose it; ` +
          (owner === TOPIC[0]
            ? 'remove it: clients that can describe the topic could read it too'
            : REMOVED.test(setting)
              ? 'it has no effect: Kafka 4.0 removed it; remove it'
              : "remove it, or refer to it through a config provider: '${provider:path:key}'"),
      );
    },
  );

  test('the message hides a secret that is not a string', () => {
    expect(messageOf(() => check({ 'ssl.key.password': 4711 } as unknown as Config))).not.toContain('4711');
  });

  test.each(REVEALING)('fails when %s is %j, and the message hides it', (setting, value) => {
    const message = messageOf(() => check({ [setting]: value }));

    expect(message).toMatch(/is a secret/);
    expect(message).not.toContain('hunter2');
  });
});

describe.each([CLUSTER, MAP, CONTROLLERS])('config of %s', (_, check) => {
  test.each(REFERENCES)('accepts %s=%s', (setting, value) => {
    expect(() => check({ [setting]: value })).not.toThrow();
  });

  test.each(OF_SERVERS)('accepts a reference to %s', (setting) => {
    expect(() => check({ [setting]: '${file:/etc/secrets/kafka:key}' })).not.toThrow();
  });

  test.each(NO_SECRETS)('accepts %s, which is not a secret', (setting) => {
    expect(() => check({ [setting]: '1' })).not.toThrow();
  });
});

test('fails when config of a topic refers to a config provider, which Kafka does not resolve there', () => {
  expect(messageOf(() => TOPIC[1]({ 'confluent.access.key': '${file:/etc/secrets/kafka:key}' }))).toBe(
    "setting 'confluent.access.key' of topic 'events.clicks' is a secret, and a ConfigMap would expose it; remove it: clients " +
      'that can describe the topic could read it too',
  );
});
