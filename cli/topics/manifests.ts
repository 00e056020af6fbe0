/*
 * ConfigMaps of synthesized YAML.
 */
import { Document, LineCounter, isCollection, parseAllDocuments, visit } from 'yaml';
import { nullable, optional, recordOf, struct, text } from '../kinds';
import { CommandError } from '../command-error';
import { checked } from '../json';

/** A ConfigMap. */
export interface ConfigMap {
  /** Place of the ConfigMap, for messages. */
  readonly source: string;
  readonly name: string;
  readonly namespace?: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A file with YAML. */
export interface YamlFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Finds a ConfigMap.
 *
 * @throws CommandError if there are two
 */
export type FindConfigMap = (namespace: string, name: string) => ConfigMap | undefined;

const CONFIG_MAP = struct({
  metadata: struct({ name: text, namespace: optional(text) }),
  data: optional(nullable(recordOf(text))),
});

/**
 * Reads the ConfigMaps in YAML files.
 *
 * @throws CommandError if a file is not valid
 */
export function configMapsIn(files: readonly YamlFile[]): ConfigMap[] {
  return files.flatMap(({ path, text: yaml }) => {
    const lines = new LineCounter();
    const documents = parseAllDocuments(yaml, {
      lineCounter: lines,
      prettyErrors: false,
      // Warnings are errors here, and not for the log of Node.js.
      logLevel: 'error',
    });
    return documents.flatMap((document) => {
      const placeOf = (offset = 0) => `${path}:${lines.linePos(offset).line}`;
      assertYaml(document, placeOf);
      return configMapIn(objectIn(document, path), placeOf(document.contents?.range?.[0]));
    });
  });
}

/**
 * Reads a ConfigMap.
 *
 * @param source place of the object, for messages
 * @returns an empty list if the object is another one
 * @throws CommandError if it is not valid
 */
export function configMapIn(object: unknown, source: string): ConfigMap[] {
  const { kind, metadata } = Object(object) as { readonly kind?: unknown; readonly metadata?: unknown };
  const { name } = Object(metadata) as { readonly name?: unknown };
  if (kind !== 'ConfigMap' || name === undefined) {
    return [];
  }
  const found = checked(() => CONFIG_MAP(object, ''), {
    source: `ConfigMap '${String(name)}' in ${source}`,
    remedy: 'Kubernetes allows only texts there',
    errorKind: 'data',
  });
  return [{ source, ...found.metadata, data: found.data ?? {} }];
}

/**
 * Returns a function that finds ConfigMaps.
 *
 * @param defaultNamespace namespace of objects without one
 */
export function configMapFinder(configMaps: readonly ConfigMap[], defaultNamespace: string): FindConfigMap {
  return (namespace, name) => {
    const [first, second] = configMaps.filter(
      (one) => one.name === name && (one.namespace ?? defaultNamespace) === namespace,
    );
    if (second !== undefined) {
      throw new CommandError(
        `ConfigMap ${namespace}/${name} is in ${first.source} and in ${second.source}; use YAML that contains it once`,
        'data',
      );
    }
    return first;
  };
}

function assertYaml(document: Document.Parsed, placeOf: (offset?: number) => string): void {
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw new CommandError(`${placeOf(problem.pos[0])}: is not valid YAML: ${problem.message}`, 'data');
  }
  visit(document, {
    Pair: (_, { key }) => {
      if (isCollection(key)) {
        throw new CommandError(
          `${placeOf(key.range?.[0])}: a key is a mapping or a list, as in a template that is not rendered; render it first`,
          'data',
        );
      }
    },
  });
}

function objectIn(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // For example too many aliases.
    throw new CommandError(`${path} is not valid YAML: ${(error as Error).message}`, 'data');
  }
}
