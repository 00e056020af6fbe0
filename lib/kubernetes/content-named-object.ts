import { CheckedObject } from './checked-object';
import { checksum } from './checksum';

interface Json {
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
}

/**
 * An object whose name ends in a checksum of its `spec` and of a text. Kubernetes rejects most changes of a Job, so each change
 * needs a new one.
 */
export class ContentNamedObject extends CheckedObject {
  private content: () => string = () => '';

  /** Sets a text that is part of the checksum; called at synth. */
  public dependOnText(content: () => string): void {
    this.content = content;
  }

  public toJson(): unknown {
    const { metadata, ...rest } = super.toJson() as Json;
    const suffix = checksum(JSON.stringify(rest.spec), this.content()).slice(0, 8);
    return { ...rest, metadata: { ...metadata, name: `${metadata.name}-${suffix}` } };
  }
}
