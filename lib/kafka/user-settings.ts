/*
 * Checks of the settings that a user gives as `config`. All refusals are reported at once: real files have several.
 */
import { typeName } from '../input/format';
import { lostCharacter } from '../input/kinds';
import { MetadataMode } from '../seam/agent-config';
import { KafkaVersion } from './kafka-version';
import { knownSetting } from './known-settings';
import { modeRefusal } from './mode-settings';
import { Settings } from './properties';
import { Refusal, assertNone, shown, withRelations } from './refusals';
import { isSecretSetting, revealsNothing } from './secrets';
import { reasonWithoutEffect } from './setting-names';
import { relationRefusals } from './setting-relations';
import { javaTrim, valueRefusal } from './setting-values';

/** Largest int of Java. Kafka stores most numbers as ints. */
export const MAX_INT = 2_147_483_647;

/** Facts that the checks need. */
export interface ConfigFacts {
  readonly version: KafkaVersion;
  /** Metadata store of the cluster; undefined if it is not known. */
  readonly mode?: MetadataMode;
  /** Values that constructs give to settings. A user can repeat them. */
  readonly written?: Settings;
  /** Config of the KafkaCluster, which is checked there. */
  readonly clusterConfig?: Settings;
}

/** A check of one setting. Values are not checked by TypeScript in many apps. */
type Check = (name: string, value: unknown, facts: ConfigFacts) => Refusal | undefined;

/**
 * Checks `config` of a KafkaCluster.
 *
 * @param owner the construct, for the message
 * @throws when a setting is not allowed there, or Kafka does not accept its value
 */
export function assertClusterConfig(owner: string, facts: ConfigFacts, config: Settings): void {
  const found = refusals([nameRefusal, decidedRefusal, contentRefusal, kafkaRefusal], facts, config);
  assertNone(owner, withRelations(found, config, relationRefusals));
}

/**
 * Checks `config` of the brokers of one map, or of the controllers.
 *
 * @param owner the construct, for the message
 * @param scopes scopes of settings that are not allowed there
 * @throws when a setting is not allowed there, or Kafka does not accept its value
 */
export function assertServerConfig(
  owner: string,
  facts: ConfigFacts,
  config: Settings,
  scopes: readonly string[],
): void {
  const scopeRefusal: Check = (name, value) => {
    const known = knownSetting(name, 'scope');
    return known && scopes.includes(known.scope!)
      ? {
          name,
          problem: `${hidden(name, value)}, but ${known.reason}`,
          remedy: 'set it in KafkaCluster.config',
        }
      : undefined;
  };
  const checks = [nameRefusal, decidedRefusal, scopeRefusal, contentRefusal, kafkaRefusal];
  const found = refusals(checks, facts, config);
  assertNone(owner, withRelations(found, { ...facts.clusterConfig, ...config }, relationRefusals));
}

/**
 * The refusal of a setting that cannot be written to a properties file, or is a secret that a ConfigMap would expose. For
 * settings that cannot refer to config providers.
 *
 * @param secretRemedy advice for secrets
 */
export function stringRefusal(name: string, value: unknown, secretRemedy: string): Refusal | undefined {
  return (
    nameRefusal(name) ??
    (isSecretSetting(name) ? secretRefusal(name, secretRemedy) : textRefusal(name, value))
  );
}

/** The first refusal of each setting. */
function refusals(checks: readonly Check[], facts: ConfigFacts, config: Settings): Refusal[] {
  return Object.entries<unknown>(config).flatMap(([name, value]) =>
    withAdvice(value, (one) => {
      for (const check of checks) {
        const refusal = check(name, one, facts);
        if (refusal) {
          return refusal;
        }
      }
      return undefined;
    }),
  );
}

/** The refusal of a value. The advice to write a number as a string must also be right about the number. */
export function withAdvice(value: unknown, refusalOf: (value: unknown) => Refusal | undefined): Refusal[] {
  const refusal = refusalOf(value);
  const isPlain = ['number', 'bigint', 'boolean'].includes(typeof value);
  const remedy = isPlain ? refusalOf(String(value))?.remedy : undefined;
  return refusal === undefined ? [] : [{ ...refusal, remedy: remedy ?? refusal.remedy }];
}

function nameRefusal(name: string): Refusal | undefined {
  return /^[A-Za-z0-9._-]+$/.test(name)
    ? undefined
    : {
        name,
        problem: 'has a name that a properties file cannot contain',
        remedy: "use letters, digits, '.', '-' and '_'",
      };
}

/** A value with its setting; the value of a secret is hidden. */
export function hidden(name: string, value: unknown): string {
  return isSecretSetting(name) ? 'is set' : shown(value);
}

const decidedRefusal: Check = (name, value, { written = {} }) => {
  const known = knownSetting(name, 'decidedBy');
  if (known === undefined || isWritten(value, written[name] ?? knownSetting(name, 'written')?.written)) {
    return undefined;
  }
  return {
    name,
    problem: `${hidden(name, value)}, but ${known.reason}`,
    remedy: `remove it and use ${known.decidedBy}`,
  };
};

function isWritten(value: unknown, written: string | undefined): boolean {
  return typeof value === 'string' && javaTrim(value).toLowerCase() === written?.toLowerCase();
}

/** The refusal of a value that is not a string, or a secret that a ConfigMap would expose. */
const contentRefusal: Check = (name, value, facts) => {
  if (!isSecretSetting(name)) {
    return textRefusal(name, value);
  }
  return typeof value === 'string' && revealsNothing(name, value)
    ? undefined
    : secretRefusal(
        name,
        withoutEffect(name, facts) ??
          "remove it, or refer to it through a config provider: '${provider:path:key}'",
      );
};

function secretRefusal(name: string, remedy: string): Refusal {
  return { name, problem: 'is a secret, and a ConfigMap would expose it', remedy };
}

function textRefusal(name: string, value: unknown): Refusal | undefined {
  if (typeof value !== 'string') {
    const found = typeof value === 'object' ? `is ${typeName(value)}` : shown(value);
    return { name, problem: `${found}, not a string`, remedy: asText(value) };
  }
  const lost = lostCharacter(value);
  return lost === undefined
    ? undefined
    : {
        name,
        problem: `${shown(value)}, which contains ${lost}, which YAML cannot express`,
        remedy: 'remove it',
      };
}

/** Reason why a setting has no effect, with advice: a reference would have none either. */
function withoutEffect(name: string, facts: ConfigFacts): string | undefined {
  const reason = reasonWithoutEffect(name, facts);
  return reason === undefined ? undefined : `it has no effect: ${reason}`;
}

function asText(value: unknown): string {
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER && Number.isFinite(value)) {
    return 'write all its digits as a string: JavaScript rounds numbers of this size';
  }
  return typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value)
    ? `write '${value as number}'`
    : 'write a string, or remove the setting';
}

const kafkaRefusal: Check = (name, value, { version, mode }) => {
  const text = value as string;
  return (
    (knownSetting(name, 'positiveInteger') && integerRefusal(name, text)) ??
    modeRefusal(version, mode, name, text) ??
    valueRefusal(version, name, text)
  );
};

function integerRefusal(name: string, text: string): Refusal | undefined {
  const number = javaTrim(text);
  return /^\+?0*[1-9]\d*$/.test(number) && Number(number) <= MAX_INT
    ? undefined
    : { name, problem: shown(text), remedy: `write a whole number from 1 to ${MAX_INT}` };
}
