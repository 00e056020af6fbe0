/*
 * API server in memory, with resource versions and conflicts. It can fail the caller at any write, before or after the
 * write takes effect.
 */
import { ApiResponse, RequestBody } from '../../../agent/kubernetes/transport';

/** Kubernetes object of any kind. */
export interface StoredObject {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly annotations?: Record<string, string>;
    readonly [field: string]: unknown;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an object of any kind; tests know its fields
  readonly [field: string]: any;
}

/** Error of a caller that is killed during a write. */
export class Killed extends Error {}

/** API server without a network. */
export class ObjectStore {
  /** Objects by path. */
  readonly objects = new Map<string, StoredObject>();
  /** Completed writes, newest last. */
  readonly writes: string[] = [];
  /** Called after each completed write. */
  onWrite: (path: string) => void = () => undefined;
  private version = 0;
  private writesUntilKill = Infinity;
  private killsAfterWrite = false;

  /** Kills the caller after `writes` more writes, before or after the next write takes effect. */
  killAfter(writes: number, afterWrite: boolean): void {
    this.writesUntilKill = writes;
    this.killsAfterWrite = afterWrite;
  }

  /** Stores an object, as another client would. */
  put(path: string, object: object): void {
    const name = path.split('/').at(-1)!;
    const { metadata, ...rest } = object as Partial<StoredObject>;
    this.objects.set(path, {
      ...rest,
      metadata: { uid: `uid-of-${name}`, ...metadata, name, resourceVersion: String(++this.version) },
    });
  }

  /** Responds to a request as an API server does. */
  answer(method: string, path: string, payload?: RequestBody): ApiResponse {
    const found = this.objects.get(path);
    if (method === 'GET') {
      return found ? reply(200, found) : errorReply(404, `"${path}" not found`);
    }
    if (this.writesUntilKill-- <= 0 && !this.killsAfterWrite) {
      throw new Killed();
    }
    const answer = this.write(method, path, found, payload!.body as StoredObject);
    if (answer.status < 300) {
      this.writes.push(`${method} ${path}`);
      this.onWrite(path);
    }
    if (this.writesUntilKill < 0) {
      throw new Killed();
    }
    return answer;
  }

  private write(
    method: string,
    path: string,
    found: StoredObject | undefined,
    body: StoredObject,
  ): ApiResponse {
    if (method === 'POST') {
      const target = `${path}/${body.metadata.name ?? `${body.metadata.generateName}${this.version}`}`;
      if (this.objects.has(target)) {
        return errorReply(409, `"${target}" already exists`);
      }
      this.put(target, body);
      return reply(201, this.objects.get(target)!);
    }
    if (found === undefined) {
      return method === 'PUT' && isLease(path)
        ? this.createByPut(path, body)
        : errorReply(404, `"${path}" not found`);
    }
    if (method === 'PUT') {
      const { resourceVersion } = body.metadata;
      if (resourceVersion === undefined && isLease(path)) {
        return errorReply(422, 'metadata.resourceVersion: must be specified for an update');
      }
      if (resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion) {
        return errorReply(
          409,
          'the object has been modified; please apply your changes to the latest version',
        );
      }
      if (body.type !== found.type) {
        return errorReply(422, 'type: field is immutable');
      }
      this.put(path, body);
    } else {
      // A patch can name the version that it changes.
      const { resourceVersion } = body.metadata ?? {};
      if (resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion) {
        return errorReply(409, 'the object has been modified');
      }
      this.put(path, merged(found, body) as StoredObject);
    }
    return reply(200, this.objects.get(path)!);
  }

  private createByPut(path: string, body: StoredObject): ApiResponse {
    if (body.metadata.uid !== undefined) {
      return errorReply(409, 'Precondition failed: UID in precondition');
    }
    this.put(path, body);
    return reply(201, this.objects.get(path)!);
  }
}

/** The API server creates an object by PUT for a few kinds only. */
function isLease(path: string): boolean {
  return path.includes('/leases/');
}

function reply(status: number, object: object): ApiResponse {
  return { status, body: JSON.stringify(object) };
}

function errorReply(status: number, message: string): ApiResponse {
  return reply(status, { kind: 'Status', message });
}

/** RFC 7396. */
function merged(old: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    return change;
  }
  const result: Record<string, unknown> = { ...(old as object) };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) {
      delete result[key];
    } else {
      result[key] = merged(result[key] ?? {}, value);
    }
  }
  return result;
}
