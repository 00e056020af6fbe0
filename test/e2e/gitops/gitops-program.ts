/*
 * The program `gitops`, which synchronizes a folder with the engine of Argo CD. It prints one line for each synchronization and
 * for each object that it deletes.
 */
import { ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../waiting';

/** Behavior of an Argo CD Application. */
export interface GitopsMode {
  readonly tracking: 'label' | 'annotation';
  readonly isServerSide: boolean;
}

/** One synchronization. */
export interface Sync {
  /** Objects that differed from the folder before: `Kind/name`. */
  readonly outOfSync: readonly string[];
  readonly hasFailed: boolean;
}

/** Output of the program so far. */
export interface GitopsOutput {
  readonly syncs: readonly Sync[];
  /** Deleted objects: `Kind/name`. */
  readonly pruned: readonly string[];
  readonly failures: readonly string[];
}

const INTERVAL_SECONDS = 20;
const SYNC = /out of sync before \[(.*)\], results map\[(.*)\]$/;
const OBJECT = /^(Pruned|PruneSkipped|SyncFailed) (\S+)/;

/** Parses the output. */
export function parseGitops(output: string): GitopsOutput {
  const lines = output.split('\n');
  const syncs = lines.flatMap((line): Sync[] => {
    const match = SYNC.exec(line);
    return match
      ? [{ outOfSync: match[1].split(' ').filter(Boolean), hasFailed: match[2].includes('SyncFailed') }]
      : [];
  });
  const pruned = lines.flatMap((line) => {
    const match = OBJECT.exec(line);
    return match?.[1] === 'Pruned' ? [match[2]] : [];
  });
  const failures = lines.filter(
    (line) => line.startsWith('failed:') || /^(PruneSkipped|SyncFailed) /.test(line),
  );
  return { syncs, pruned, failures };
}

/** An Application that synchronizes a folder until it is stopped. */
export class GitopsProgram {
  private output = '';
  private error?: string;

  private constructor(
    private readonly file: string,
    private readonly child: ChildProcess,
  ) {
    const collect = (part: Buffer) => (this.output += part.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', (error) => (this.error = `cannot run gitops: ${error.message}`));
    child.once('exit', (code) => (this.error ??= `gitops ended with exit code ${code}: ${this.output}`));
  }

  /** Starts it with a file of YAML. */
  static async start(
    name: string,
    namespace: string,
    yaml: string,
    { tracking, isServerSide }: GitopsMode,
  ): Promise<GitopsProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'cdk8s-kafka-gitops-'));
    const file = join(folder, 'all.yaml');
    await copyFile(yaml, file);
    const child = spawn('gitops', [
      `-app=${name}`,
      `-namespace=${namespace}`,
      `-folder=${folder}`,
      `-tracking=${tracking}`,
      `-interval=${INTERVAL_SECONDS}s`,
      '-prune',
      ...(isServerSide ? ['-server-side'] : []),
    ]);
    return new GitopsProgram(file, child);
  }

  /** Replaces the content of the folder, and waits until it is synchronized. */
  async replace(yaml: string): Promise<void> {
    await copyFile(yaml, this.file);
    // One of them may have begun before.
    await this.untilSynced(2);
  }

  /** Waits until the program finds nothing out of sync twice in a row. */
  async untilInSync(): Promise<void> {
    const begin = this.result.syncs.length;
    await this.until('nothing out of sync, twice in a row', () => {
      const last = this.result.syncs.slice(begin).slice(-2);
      return (
        last.length === 2 && last.every(({ outOfSync, hasFailed }) => outOfSync.length === 0 && !hasFailed)
      );
    });
  }

  /** Waits for a number of synchronizations. */
  async untilSynced(count: number): Promise<void> {
    const begin = this.result.syncs.length;
    await this.until(`${count} synchronizations`, () => this.result.syncs.length >= begin + count);
  }

  /** The output so far. */
  get result(): GitopsOutput {
    return parseGitops(this.output);
  }

  /** The end of the output, for a failed check. */
  get lastLines(): string {
    return this.output.trim().split('\n').slice(-30).join('\n');
  }

  /** Ends the program. */
  stop(): void {
    this.error ??= 'gitops is stopped';
    this.child.kill();
  }

  private async until(what: string, isReached: () => boolean): Promise<void> {
    await eventually(what, 240, async () => {
      if (this.error !== undefined) {
        throw new Error(this.error);
      }
      return isReached()
        ? { done: undefined }
        : { state: this.output.trim().split('\n').slice(-2).join('; ') };
    });
  }
}
