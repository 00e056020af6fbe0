import { ApiObject } from 'cdk8s';

/**
 * Texts that cdk8s writes without quotes, because they are no numbers in YAML 1.1, and that kubectl and GitOps tools read as
 * numbers: octal and hexadecimal numbers in the syntax of Go. Kubernetes then rejects the object.
 */
const NUMBER_OF_GO = /^[-+]?0_*([oO][0-7_]*[0-7]|X[0-9a-fA-F_]*[0-9a-fA-F])$/;

/** An object that refuses texts which would not reach Kubernetes as texts. */
export class CheckedObject extends ApiObject {
  /** @throws when a text would be read as a number */
  public toJson(): unknown {
    const json: unknown = super.toJson();
    assertTexts(`${this.kind} '${this.name}'`, json, []);
    return json;
  }
}

function assertTexts(object: string, value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') {
    if (value.length < 100 && NUMBER_OF_GO.test(value)) {
      throw new Error(
        `${path.join('')} of ${object} is '${value}', which YAML parsers of Kubernetes read as a number; use another text`,
      );
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      const part = /^[a-z]\w*$/i.test(key)
        ? `${path.length > 0 ? '.' : ''}${key}`
        : `[${bracketed(value, key)}]`;
      assertTexts(object, one, [...path, part]);
    }
  }
}

function bracketed(container: object, key: string): string {
  return Array.isArray(container) ? key : `'${key}'`;
}
