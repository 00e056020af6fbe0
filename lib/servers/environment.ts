import { EnvValue } from 'cdk8s-plus-27';

/** The field `env` of a container, from values of cdk8s-plus. */
export function environment(variables: { readonly [name: string]: EnvValue } = {}): object[] {
  return Object.entries(variables).map(([name, { value, valueFrom }]) =>
    valueFrom === undefined ? { name, value: String(value) } : { name, valueFrom },
  );
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
  return [...Object.entries(own).map(([name, value]) => ({ name, value })), ...environment(variables)];
}
