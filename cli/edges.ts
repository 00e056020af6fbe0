import { YamlFile } from './topics/manifests';

/** Options of a run of kubectl. */
export interface KubectlOptions {
  /** Text for its standard input. */
  readonly input?: string;
  /** True to run although the command was interrupted, for a limited time. */
  readonly isCleanup?: boolean;
}

/** Runs kubectl, and returns its standard output. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<string>;

/** Time and waiting. */
export interface Clock {
  readonly now: () => number;
  /** @throws CommandError if the command is interrupted */
  readonly pause: (ms: number) => Promise<unknown>;
}

/** Effects of the commands. */
export interface CommandEdges extends Clock {
  readonly user: () => string;
  readonly kubectl: Kubectl;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** YAML files of a folder and its subfolders, or one file. */
  readonly readYaml: (path: string) => Promise<YamlFile[]>;
  readonly readFile: (path: string) => Promise<string>;
  readonly writeFile: (path: string, text: string) => Promise<void>;
}
