import { EnvValue } from 'cdk8s-plus-27';
import { warn } from '../input/warnings';
import { isSecretSetting, secretOption } from '../kafka/secrets';

/**
 * The field `env` of a container, from values of cdk8s-plus.
 *
 * @throws when a name is not valid
 */
export function environment(owner: string, variables: { readonly [name: string]: EnvValue } = {}): object[] {
  const invalid = Object.keys(variables).find((name) => !/^[-._A-Za-z][-._A-Za-z0-9]*$/.test(name));
  if (invalid !== undefined) {
    throw new Error(
      `environment variable '${invalid}' of ${owner} is not a valid name; use letters, digits, '_', '.' and '-', not starting with a digit`,
    );
  }
  warnOfSecrets(owner, variables);
  return Object.entries(variables).map(([name, { value, valueFrom }]) =>
    valueFrom === undefined ? { name, value: String(value) } : { name, valueFrom },
  );
}

function warnOfSecrets(owner: string, variables: { readonly [name: string]: EnvValue }): void {
  for (const [name, { value }] of Object.entries(variables)) {
    // Without references to other variables.
    const plain = String(value ?? '').replace(/\$\([-._A-Za-z0-9]+\)/g, '');
    // An absolute path is that of a file with the secret.
    if ((isSecretSetting(name) && /^[^/]/.test(plain)) || secretOption(plain) !== undefined) {
      warn(
        `environment variable '${name}' of ${owner} is plain text and looks like a secret, which the YAML would expose; use ` +
          "EnvValue.fromSecretValue({ secret, key: 'password' })",
      );
    }
  }
}

/**
 * The field `env` of a server's container: its own variables and those of the user.
 *
 * @throws when the user sets a variable that the construct decides
 */
export function serverEnvironment(
  owner: string,
  own: Readonly<Record<string, string>>,
  variables: { readonly [name: string]: EnvValue } = {},
): object[] {
  const taken = Object.keys(variables).find((name) => Object.hasOwn(own, name));
  if (taken !== undefined) {
    throw new Error(
      `environment variable '${taken}' of ${owner} is set by the construct; use heap, jvmOptions or logging instead`,
    );
  }
  return [...Object.entries(own).map(([name, value]) => ({ name, value })), ...environment(owner, variables)];
}
